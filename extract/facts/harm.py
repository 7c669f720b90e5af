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

from extract.language.numbers import MONTHS, WEEKDAYS
from extract.language.parse import Token
from extract.language.reading import Reading, once
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
DOUBLING = frozenset({"stab", "club", "kidnap", "trap", "gun", "mug", "whip", "flog", "chop"})
# "fatally shot", "mortally wounded"
_DEADLY = frozenset({"fatally", "mortally"})
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


@cache
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
            forms = frozenset(words[:1])
        for form in forms:
            found[form].append((forms, predicate))
    return {
        form: tuple(sorted(items, key=lambda item: -len(item[1].words)))
        for form, items in found.items()
    }


@once
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
    rest = predicate.words[1:]
    if not rest:
        return index + 1
    last = _sentence_end(reading, index)
    if predicate.part_of_speech != "verb":
        found = words[index + 1 : min(index + 1 + len(rest), last)]
        is_same = len(found) == len(rest) and all(
            word in forms_of_noun(expected) for word, expected in zip(found, rest, strict=True)
        )
        return index + 1 + len(rest) if is_same else None
    if rest[0] == "and":
        is_same = (
            words[index + 1 : index + 2] == ["and"]
            and index + 2 < last
            and words[index + 2] in forms_of_verb(rest[1])
        )
        return index + 3 if is_same else None
    return _match_apart(reading, words, index + 1, last, rest)


def _match_apart(
    reading: Reading, words: Sequence[str], start: int, last: int, rest: Sequence[str]
) -> int | None:
    """Return the token after the words of a verb phrase that others may part: "shot three men dead"."""
    is_result = rest[-1] in RESULTS
    position, gap = start, MAX_GAP if is_result else 4
    for expected in rest:
        forms = forms_of_noun(expected)
        limit = min(last, position + gap)
        while position < limit and words[position] not in forms:
            token = reading.doc[position]
            if token.tag_ in _CLAUSE_TAGS or words[position] in _STOPS:
                return None
            if not is_result and token.tag_ in ("IN", "TO"):
                return None
            position += 1
        if position >= limit:
            return None
        position += 1
        gap = 1 if is_result else 3
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
        if words[index] in _AIMED and words[index + 1 : index + 2] == ["at"]:
            # "shot at a convoy" says who was aimed at, not who was hit
            return None
        if role == "object":
            is_apart = end - index > len(predicate.words)
            voice = _voice(reading, words, index, end, is_apart=is_apart)
        elif token.tag_ == "VBG" or token.lower_.endswith("ing"):
            voice = "participle"
    elif role == "of" and token.tag_ in ("VB", "VBD", "VBP", "MD"):
        return None
    head = reading.doc[end - 1] if predicate.part_of_speech == "noun" else token
    is_deadly = predicate.harm_type == "wounded" and bool(
        _DEADLY & {*words[max(0, index - 1) : index], *words[end : end + 1]}
    )
    return Harm(
        token=head,
        token_start=index,
        token_end=end,
        harm_type="killed" if is_deadly else predicate.harm_type,
        victim_role=role,
        voice=voice,
        requires_person=predicate.requires_person and not is_deadly,
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


def _voice(
    reading: Reading, words: Sequence[str], index: int, end: int, *, is_apart: bool
) -> Voice:
    """Return the voice of a verb whose victim is its object, read from the words around it.

    `is_apart` says that other words stand inside the predicate: "shot three men dead".
    """
    word = words[index]
    if reading.doc[index].text.endswith("-"):
        return "participle"
    if word.endswith("ing"):
        return "passive" if index and words[index - 1] == "being" else "active"
    first, _ = reading.sentence_tokens(reading.sentence_of(index).sentence_index)
    auxiliary = _auxiliary(reading, words, index, first)
    if auxiliary == "be":
        return "passive"
    if auxiliary in ("have", "other") or not _may_be_participle(word):
        return "active"
    if is_apart or _has_object(reading, words, end):
        return "active"
    return "participle"


def _may_be_participle(word: str) -> bool:
    return word in _PARTICIPLES or word.endswith(("ed", "en", "ain", "wn", "un"))


def _has_object(reading: Reading, words: Sequence[str], end: int) -> bool:
    """Tell whether a noun phrase that can be the object begins behind the predicate that ends at `end`."""
    position = _behind_coordinated(reading, words, end)
    if position is None:
        return False
    last = _sentence_end(reading, end - 1)
    while (
        position < last
        and reading.doc[position].tag_ in ADVERBIAL_TAGS
        and words[position] not in _BOUND_FIRST
    ):
        position += 1
    if position >= last or words[position] in _TIME_WORDS:
        return False
    following = words[position + 1] if position + 1 < last else ""
    word = words[position]
    if word in _BOUND_FIRST:
        seconds = _BOUND_FIRST[word]
        return (
            not seconds
            or following in seconds
            or following[:1].isdigit()
            or following in _NUMBER_WORDS
        )
    return reading.doc[position].tag_ in _OBJECT_TAGS


def _behind_coordinated(reading: Reading, words: Sequence[str], end: int) -> int | None:
    """Return the token behind the predicate and one coordinated to it, None where another clause begins there.

    Coordinated predicates share their object: "killed and wounded dozens".
    """
    last = _sentence_end(reading, end - 1)
    if end >= last or words[end] not in ("and", "or", "/"):
        return end if end < last else None
    other = end + 1
    while other < last and reading.doc[other].tag_ in ADVERBIAL_TAGS:
        other += 1
    if other < last and words[other] in _predicates() and words[other].endswith(("ed", "t")):
        return other + 1 if other + 1 < last else None
    return None


_CLAUSE_TAGS = frozenset({"VBD", "VBZ", "VBP", "MD", "-LRB-"})
_STOPS = frozenset({";", ":", ".", ","})
_PARTICIPLES = frozenset(
    "shot held cut put hurt struck hit burnt hung beat made blew lost left met gone".split()
)
_OBJECT_TAGS = frozenset(
    {"DT", "PRP$", "CD", "NN", "NNS", "NNP", "NNPS", "JJ", "PRP", "JJR", "JJS", "PDT"}
)
_NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten a some half twenty thirty forty fifty hundred".split()
)
# first words of a count, with the second word that shows it where the first can be a preposition
_BOUND_FIRST: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        "more nearly almost some no approximately roughly dozens scores several both many hundreds".split(),
        frozenset(),
    ),
    "at": frozenset({"least"}),
    "as": frozenset({"many"}),
    "up": frozenset({"to"}),
    **dict.fromkeys("over around about between".split(), frozenset({"a", "dozens"})),
}
_TIME_WORDS = (
    WEEKDAYS
    | MONTHS
    | frozenset("today yesterday overnight tonight last this late early earlier".split())
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
        if word != "n't" and (token.tag_ == "MD" or word in ("to", "did", "do", "does")):
            return "other"
        if (
            word == "n't"
            or token.tag_ in ADVERBIAL_TAGS
            or word in ("not", "also", "all", "both", "each")
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
