"""Words that say people were harmed: verbs with their voice, adjectives and nouns, from `harm_predicates.csv`.

Here belongs recognising the predicate and how it stands in the sentence. Who was harmed and how many belongs in
`casualties.py`; whether it really happened belongs in `context.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from spacy.tokens import Token

from extract.language.reading import Reading
from extract.records import HarmType
from extract.reference import read_reference

VictimRole = Literal["object", "subject", "head", "self", "of", "toll"]
Voice = Literal["active", "passive", "participle", "none"]

IRREGULAR = {
    "slay": ("slays", "slaying", "slew", "slain", "slayed"),
    "shoot": ("shoots", "shooting", "shot"),
    "beat": ("beats", "beating", "beat", "beaten"),
    "hurt": ("hurts", "hurting", "hurt"),
    "burn": ("burns", "burning", "burned", "burnt"),
    "hang": ("hangs", "hanging", "hanged", "hung"),
    "die": ("dies", "dying", "died"),
    "lose": ("loses", "losing", "lost"),
    "bleed": ("bleeds", "bleeding", "bled"),
    "strike": ("strikes", "striking", "struck"),
    "freeze": ("freezes", "freezing", "froze", "frozen"),
    "take": ("takes", "taking", "took", "taken"),
    "hold": ("holds", "holding", "held"),
    "blow": ("blows", "blowing", "blew", "blown"),
    "cut": ("cuts", "cutting", "cut"),
    "put": ("puts", "putting", "put"),
    "flee": ("flees", "fleeing", "fled"),
    "leave": ("leaves", "leaving", "left"),
    "drive": ("drives", "driving", "drove", "driven"),
    "go": ("goes", "going", "went", "gone"),
    "fall": ("falls", "falling", "fell", "fallen"),
    "hit": ("hits", "hitting", "hit"),
    "meet": ("meets", "meeting", "met"),
    "be": ("is", "was", "were", "are", "been", "being"),
    "make": ("makes", "making", "made"),
    "force": ("forces", "forcing", "forced"),
    "seize": ("seizes", "seizing", "seized"),
    "mow": ("mows", "mowing", "mowed", "mown"),
    "kidnap": ("kidnaps", "kidnapping", "kidnapped", "kidnaped", "kidnaping"),
    "gas": ("gasses", "gassing", "gassed"),
    "starve": ("starves", "starving", "starved"),
}
_AIMED = frozenset({"shot", "shoot", "shoots", "shooting"})
DOUBLING = frozenset({"stab", "club", "kidnap", "trap"})
BE = frozenset("is are was were be been being 's 're gets get got getting gotten".split())
ADVERBIAL_TAGS = frozenset({"RB", "RBR", "RBS"})
DETERMINERS = frozenset("their his her its the your our my a an all both".split())
# between the parts of a predicate ("shot three men dead", "took 12 people hostage")
MAX_GAP = 14
RESULTS = frozenset(
    {"dead", "death", "hostage", "prisoner", "captive", "homeless", "pieces", "alive"}
)


@dataclass(frozen=True, slots=True)
class Harm:
    """One harm predicate at tokens [token_start, token_end); `token` is its verb, noun or adjective.

    `victim_role` says where its victim stands: object or subject of a verb, head of an adjective, the noun itself
    ("two bodies"), after "of" ("the death of"), or the value of a toll. `requires_person` marks words that
    harm people only with a plainly human victim ("hit", "captured").
    """

    token: Token
    token_start: int
    token_end: int
    harm_type: HarmType
    victim_role: VictimRole
    voice: Voice
    requires_person: bool
    rule_id: str

    @property
    def is_noun(self) -> bool:
        """Whether the predicate is a noun or a toll."""
        return self.victim_role in ("self", "of", "toll")


@dataclass(frozen=True, slots=True)
class _Predicate:
    words: tuple[str, ...]
    part_of_speech: str
    harm_type: HarmType
    victim_role: VictimRole
    requires_person: bool


def forms_of_verb(lemma: str) -> frozenset[str]:
    """Return the written forms of an English verb, itself included."""
    if lemma in IRREGULAR:
        return frozenset((lemma, *IRREGULAR[lemma]))
    if lemma.endswith("e"):
        return frozenset((lemma, lemma + "s", lemma + "d", lemma[:-1] + "ing"))
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        return frozenset((lemma, lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing"))
    stem = lemma + lemma[-1] if lemma in DOUBLING else lemma
    plural = lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "z")) else "s")
    return frozenset((lemma, plural, stem + "ed", stem + "ing"))


def forms_of_noun(noun: str) -> frozenset[str]:
    """Return the singular and plural of a noun."""
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return frozenset((noun, noun[:-1] + "ies"))
    if noun.endswith("ife"):
        return frozenset((noun, noun[:-2] + "ves"))
    if noun.endswith(("s", "x", "ch", "sh")):
        return frozenset((noun, noun + "es"))
    return frozenset((noun, noun + "s"))


@cache
def _predicates() -> dict[str, tuple[tuple[frozenset[str], _Predicate], ...]]:
    """Return the predicates by each written form of their first word, longest first."""
    found: defaultdict[str, list[tuple[frozenset[str], _Predicate]]] = defaultdict(list)
    for row in read_reference("harm_predicates"):
        words = tuple(row["expression"].split())
        predicate = _Predicate(
            words=words,
            part_of_speech=row["part_of_speech"],
            harm_type=row["harm_type"],  # type: ignore[arg-type]
            victim_role=row["victim_role"],  # type: ignore[arg-type]
            requires_person=row["requires_person"] == "true",
        )
        if predicate.part_of_speech == "verb":
            forms = forms_of_verb(words[0])
        elif predicate.part_of_speech == "noun" and len(words) == 1:
            forms = forms_of_noun(words[0])
        else:
            forms = (
                forms_of_noun(words[0])
                if len(words) == 2 and predicate.victim_role == "self"
                else frozenset(words[:1])
            )
        for form in forms:
            found[form].append((forms, predicate))
    return {
        form: tuple(sorted(items, key=lambda item: -len(item[1].words)))
        for form, items in found.items()
    }


def find_harm(reading: Reading) -> tuple[Harm, ...]:
    """Return the harm predicates of the article in reading order; one per token that carries the meaning."""
    words = [token.lower_.rstrip("-") or token.lower_ for token in reading.doc]
    found: list[Harm] = []
    taken_until = -1
    for index, word in enumerate(words):
        if index < taken_until or word not in _predicates():
            continue
        for _, predicate in _predicates()[word]:
            end = _match(reading, words, index, predicate)
            if end is None:
                continue
            harm = _harm(reading, words, index, end, predicate)
            if harm is not None:
                found.append(harm)
                if end - index <= len(predicate.words) + 1:
                    taken_until = end
                break
    return tuple(found)


def _sentence_end(reading: Reading, index: int) -> int:
    return reading.sentence_tokens(reading.sentence_of(index).sentence_index)[1]


def _match(reading: Reading, words: Sequence[str], index: int, predicate: _Predicate) -> int | None:
    """Return the token after the predicate when it stands at `index`, else None."""
    position = index + 1
    end = _sentence_end(reading, index)
    rest = predicate.words[1:]
    if not rest:
        return position
    if predicate.part_of_speech != "verb":
        for word in rest:
            if position >= end or words[position] not in forms_of_noun(word):
                return None
            position += 1
        return position
    if rest[0] == "and":
        if words[position : position + 1] != ["and"] or position + 1 >= end:
            return None
        verb = reading.doc[position + 1]
        return position + 2 if verb.lower_ in forms_of_verb(rest[1]) else None
    gap = MAX_GAP if rest[-1] in RESULTS else 4
    for word in rest:
        accepted = forms_of_noun(word)
        limit = min(end, position + gap)
        while position < limit and words[position] not in accepted:
            token = reading.doc[position]
            if token.tag_ in ("VBD", "VBZ", "VBP", "MD", "-LRB-") or words[position] in (
                ";",
                ":",
                ".",
                ",",
            ):
                return None
            if rest[-1] not in RESULTS and token.tag_ in ("IN", "TO"):
                return None
            if (
                word in ("death", "pieces", "captive", "alive")
                and words[position] == "to"
                and word != rest[0]
            ):
                pass
            position += 1
        if position >= limit:
            return None
        position += 1
        gap = 3 if rest[-1] not in RESULTS else 1
    return position


def _harm(
    reading: Reading, words: Sequence[str], index: int, end: int, predicate: _Predicate
) -> Harm | None:
    """Return the predicate as it stands in the sentence, None where the word is another part of speech here."""
    token = reading.doc[index]
    voice: Voice = "none"
    role = predicate.victim_role
    if predicate.part_of_speech == "verb":
        if _is_noun_here(reading, words, index):
            return None
        if words[index] in _AIMED and words[end : end + 1] == ["at"]:
            # "shot at a convoy" says who was aimed at, not who was hit
            return None
        if role == "object":
            voice = _voice(reading, words, index, end)
        elif token.tag_ == "VBG" or token.lower_.endswith("ing"):
            voice = "participle"
    elif predicate.part_of_speech == "noun" and role in ("of", "self"):
        if token.tag_ in ("VB", "VBD", "VBP", "MD") and role == "of":
            return None
    head = reading.doc[end - 1] if predicate.part_of_speech == "noun" else token
    return Harm(
        token=head,
        token_start=index,
        token_end=end,
        harm_type=predicate.harm_type,
        victim_role=role,
        voice=voice,
        requires_person=predicate.requires_person,
        rule_id=f"harm.{predicate.part_of_speech}.{'_'.join(predicate.words)}",
    )


def _is_noun_here(reading: Reading, words: Sequence[str], index: int) -> bool:
    """Tell whether a verb form is used as a noun ("the killing of", "shrapnel wounds", "a shot")."""
    token = reading.doc[index]
    word = words[index]
    before = reading.doc[index - 1] if index and index not in reading.sentence_starts else None
    following = words[index + 1] if index + 1 < len(words) else ""
    if word.endswith("ing"):
        return (
            before is not None and before.tag_ in ("DT", "PRP$", "POS", "JJ")
        ) or following == "of"
    if word in ("dead", "die", "died"):
        return False
    if (
        before is not None
        and before.tag_ in ("DT", "PRP$", "POS")
        and not word.endswith(("ed", "en", "ain"))
    ):
        return True
    return token.tag_ in ("NN", "NNS", "NNP", "NNPS") and not word.endswith("ed") and word not in (
        "shot", "slain", "hurt", "beaten", "dies",
    )  # fmt: skip


def _voice(reading: Reading, words: Sequence[str], index: int, end: int) -> Voice:
    """Return the voice of a verb whose victim is its object, read from the words around it."""
    doc = reading.doc
    word = words[index]
    if doc[index].text.endswith("-"):
        return "participle"
    if word.endswith("ing"):
        position = index - 1
        return "passive" if position >= 0 and words[position] == "being" else "active"
    start = reading.sentence_tokens(reading.sentence_of(index).sentence_index)[0]
    auxiliary = _auxiliary(reading, words, index, start)
    if auxiliary == "be":
        return "passive"
    if word not in IRREGULAR and not word.endswith(("ed", "en", "ain", "wn", "un")) and word not in (
        "shot", "held", "cut", "put", "hurt", "struck", "hit", "burnt", "hung", "beat", "made", "blew", "shot",
    ):  # fmt: skip
        return "active"
    if auxiliary == "have":
        return "active"
    if auxiliary == "other":
        return "active"
    following = doc[index + 1] if index + 1 < len(doc) else None
    if end - index > 2 and end > index + 1 and words[index + 1] != "and" and following is not None:
        # "shot three men dead": something stands inside the predicate
        inside = end - index - 1
        if inside >= 2 and words[index + 1] not in ("to",):
            return "active"
    after = doc[end] if end < len(doc) and end not in reading.sentence_starts else None
    if after is not None and after.lower_ in ("and", "or", "/") and end + 1 < len(doc):
        # coordinated predicates share their voice: "killed and wounded dozens", "killed or injured by"
        other = end + 1
        while other < len(doc) and doc[other].tag_ in ADVERBIAL_TAGS:
            other += 1
        if (
            other < len(doc)
            and words[other] in _predicates()
            and words[other].endswith(("ed", "t"))
        ):
            after = doc[other + 1] if other + 1 < len(doc) else None
        else:
            return "participle"
    while after is not None and after.tag_ in ADVERBIAL_TAGS and after.i + 1 < len(doc) and after.lower_ not in (
        "nearly", "about", "around", "almost", "over", "approximately", "roughly", "up",
    ):  # fmt: skip
        after = doc[after.i + 1]
    if after is None or after.is_punct or after.lower_ in _TIME_WORDS:
        return "participle"
    if after.tag_ in (
        "DT",
        "PRP$",
        "CD",
        "NN",
        "NNS",
        "NNP",
        "NNPS",
        "JJ",
        "PRP",
        "JJR",
        "JJS",
        "PDT",
    ):
        return "active"
    if after.lower_ in ("at", "more", "over", "nearly", "about", "around", "almost", "up", "as", "some", "no",
                        "approximately", "roughly", "between", "dozens", "scores", "several", "both", "many"):  # fmt: skip
        following = doc[after.i + 1] if after.i + 1 < len(doc) else None
        if after.lower_ == "at":
            return (
                "active" if following is not None and following.lower_ == "least" else "participle"
            )
        if after.lower_ in ("as", "up"):
            return (
                "active"
                if following is not None and following.lower_ in ("many", "to")
                else "participle"
            )
        if after.lower_ in ("over", "around", "about", "between"):
            return (
                "active"
                if following is not None and (following.tag_ == "CD" or following.like_num)
                else "participle"
            )
        return "active"
    return "participle"


_TIME_WORDS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday today yesterday overnight tonight last this late early earlier "
    "january february march april may june july august september october november december".split()
)


def _auxiliary(
    reading: Reading, words: Sequence[str], index: int, start: int
) -> Literal["be", "have", "other", "none"]:
    """Return what stands before a verb form: a form of be or get, have, a modal or "to", or none of them."""
    position = index - 1
    while position >= start:
        token = reading.doc[position]
        word = words[position]
        if word in BE:
            return "be"
        if word in ("have", "has", "had", "having", "'ve", "'d"):
            return "have"
        if token.tag_ == "MD" or word in ("to", "did", "do", "does", "n't"):
            if word == "n't":
                position -= 1
                continue
            return "other"
        if token.tag_ in ADVERBIAL_TAGS or word in (
            "not",
            "also",
            "all",
            "both",
            "reportedly",
            "each",
        ):
            position -= 1
            continue
        if word in ("and", "or", ",", "/", "then") and position - 1 >= start:
            previous = position - 1
            while previous > start and (
                reading.doc[previous].tag_ in ADVERBIAL_TAGS
                or words[previous] in ("and", ",", "dead")
            ):
                previous -= 1
            if words[previous] in _predicates() or reading.doc[previous].tag_ == "VBN":
                position = previous - 1
                continue
        break
    return "none"
