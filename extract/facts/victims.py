"""Noun phrases that can be victims: how many they say, and what sort of people they are.

Here belongs finding the phrase, its count and its category, age and sex, from its words alone. Whether these people
were harmed belongs in `casualties.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from spacy.tokens import Token

from extract.language.numbers import MONTHS, WEEKDAYS, Quantity
from extract.language.reading import Reading
from extract.reference import read_reference, split_list

GroupKind = Literal["counted", "article", "name", "definite", "bare", "number", "pronoun", "thing"]

NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})
PREMODIFIER_TAGS = NOUN_TAGS | {"JJ", "JJR", "JJS", "VBN", "VBG", "HYPH", "AFX", "FW", "CD"}
TIME_NOUNS = (
    MONTHS - {"may", "march"}
    | WEEKDAYS
    | frozenset(
        "today yesterday tomorrow tonight overnight morning afternoon evening night".split()
    )
)
DEFINITE = frozenset("the this that these those all both".split())
POSSESSIVES = frozenset("his her its their our my your".split())
ARTICLES = frozenset({"a", "an", "another"})
PRONOUNS = frozenset(
    "he she they him them her it we us i you who those others someone somebody himself herself themselves".split()
)
OTHERS = frozenset({"others", "other"})
IRREGULAR_PLURALS = {
    "people": "people",
    "men": "man",
    "women": "woman",
    "children": "child",
    "police": "police",
    "personnel": "personnel",
    "lives": "life",
    "wives": "wife",
    "clergy": "clergy",
    "staff": "staff",
    "troops": "troop",
    "crew": "crew",
    "remains": "remains",
    "mujahideen": "mujahideen",
    "passersby": "passerby",
    "passers-by": "passer-by",
    "bodies": "body",
}
PERSON_SUFFIXES = ("er", "or", "ist", "man", "ian", "eer", "ant", "ent", "woman")
# heads that say nothing of their own: their "of" phrase or modifier does
MEMBER_HEADS = frozenset(
    "member members employee employees staff personnel people person persons man men woman women resident residents worker workers "
    "leader leaders chief commander commanders official officials head guard guards officer officers volunteer volunteers "
    "others other victim victims relative relatives group crew driver drivers body bodies supporter supporters part ".split()
)
ORGANISATION_CATEGORIES: tuple[tuple[str, frozenset[str]], ...] = (
    ("peacekeeper", frozenset("peacekeeping monusco minusma minusca unifil unmiss amisom atmis unamid peacekeeper peacekeepers".split())),
    ("aid_worker", frozenset("ngo ingo nngo lngo humanitarian relief aid icrc unicef wfp unhcr unrwa charity msf redcross iom ocha who nrc irc rescue defence-rescue demining".split())),
    ("journalist", frozenset("newspaper media press tv television radio news journalism".split())),
    ("medic", frozenset("medical health healthcare hospital clinic ambulance vaccination polio".split())),
    ("police", frozenset("police gendarmerie policing constabulary carabineros carabinero".split())),
    ("paramilitary", frozenset("paramilitary vigilante self-defense self-defence".split())),
    ("military", frozenset("army military navy marine marines security forces force troops armed air-force coast-guard border infantry battalion brigade regiment air".split())),
    ("nonstate_combatant", frozenset(
        "rebel rebels militant militants insurgent insurgents guerrilla guerrillas terrorist terrorists taliban isis isil is daesh militia jihadist "
        "jihadists islamist islamists extremist extremists separatist separatists gang gangs cartel hamas hezbollah hizbollah houthi houthis huthi huthis "
        "al-qaeda al-qaida al-shabaab al-shabab shabaab boko haram bandit bandits fmln eln farc pkk ypg pyd adf m23 fdlr lra maoist maoists naxal naxals "
        "subversive subversives armed-group contra contras ttp".split())),
    ("official", frozenset("government council municipal parliament party ministry electoral election political commission".split())),
)  # fmt: skip
# harm words behind a noun are predicates ("a bomb injured guards"), not modifiers ("an NGO contracted driver")
_HARM_FORMS = frozenset(
    "killed wounded injured abducted kidnapped captured detained shot murdered hurt slain beaten arrested displaced executed hit".split()
)
_HARMED = frozenset({"dead", "wounded", "injured", "missing", "hurt"})


@dataclass(frozen=True, slots=True)
class VictimNoun:
    """A row of `victim_nouns.csv`."""

    category: str
    age_group: str | None
    sex: str | None
    is_generic: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A noun phrase at tokens [start, end) that may name victims.

    `head` is the noun that says who they are, `quantity` its count; `article` the token of "a", "an" or "another".
    [victim_start, victim_end) is the phrase without count and determiner. `is_person` is None where the words leave it
    open. `kind`: counted ("two men"), article ("a man"), name ("Ahmed Ali"), definite ("the men", "his son"), bare ("men"),
    number ("12"), pronoun, thing.
    """

    start: int
    end: int
    head: int
    kind: GroupKind
    quantity: Quantity | None
    article: int | None
    victim_start: int
    victim_end: int
    is_person: bool | None
    is_plural: bool
    is_generic: bool
    category: str
    age_group: str | None
    sex: str | None
    is_additional: bool = False


@cache
def victim_nouns() -> dict[tuple[str, ...], VictimNoun]:
    """Return the rows of `victim_nouns.csv` by their words in the singular."""
    return {
        tuple(row["noun"].split()): VictimNoun(
            category=row["victim_category"],
            age_group=row["age_group"] or None,
            sex=row["sex"] or None,
            is_generic=row["is_generic"] == "true",
        )
        for row in read_reference("victim_nouns")
    }


@cache
def _not_victims() -> frozenset[str]:
    path = Path(__file__).resolve().parents[1] / "rules" / "casualty_not_victims.json"
    lists = json.loads(path.read_text(encoding="utf-8"))
    return frozenset(
        word for key in ("animals", "things", "abstract") for word in lists[key].split()
    )


@cache
def _demonyms() -> frozenset[str]:
    """Return the words for the people of a state ("Iraqi", "Iraqis"), lower case."""
    return frozenset(
        word.lower()
        for row in read_reference("states")
        for column in ("adjectives", "people")
        for word in split_list(row[column])
    )


def singular(word: str) -> str:
    """Return the singular of a lower-case English noun, by rule; words that end in s by nature stay."""
    if word in IRREGULAR_PLURALS:
        return IRREGULAR_PLURALS[word]
    if word.endswith("men") and len(word) > 4 and word not in ("specimen", "women"):
        return word[:-3] + "man"
    if word.endswith("women"):
        return word[:-5] + "woman"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def find_groups(
    reading: Reading, quantities: tuple[Quantity, ...], *, blocked: frozenset[int] = frozenset()
) -> tuple[Group, ...]:
    """Return the noun phrases of the article in reading order, without overlaps: people, things, numbers, pronouns.

    `blocked` are tokens that belong to something else (the "to death" of "stabbed to death"): no phrase holds them.
    """
    starts = {quantity.token_start: quantity for quantity in quantities}
    groups: list[Group] = []
    for index in range(len(reading.sentence_starts)):
        first, last = reading.sentence_tokens(index)
        bounds = [first - 1, *(i for i in range(first, last) if i in blocked), last]
        for before, after in zip(bounds, bounds[1:], strict=False):
            groups.extend(_groups_of_sentence(reading, before + 1, after, starts))
    return tuple(groups)


def _groups_of_sentence(
    reading: Reading, first: int, last: int, quantities: dict[int, Quantity]
) -> Iterator[Group]:
    index = first
    while index < last:
        group = _group_at(reading, index, last, quantities)
        if group is None:
            quantity = quantities.get(index)
            index = quantity.token_end if quantity else index + 1
        else:
            yield group
            index = group.end


def _group_at(
    reading: Reading, start: int, last: int, quantities: dict[int, Quantity]
) -> Group | None:
    """Return the noun phrase that begins at `start`."""
    doc = reading.doc
    index = start
    article: int | None = None
    definite = additional = False
    quantity: Quantity | None = None
    while index < last:
        word = doc[index].lower_
        if index in quantities and quantity is None:
            if quantities[index].role == "count":
                quantity = quantities[index]
                additional = additional or any(
                    doc[i].lower_ in ("another", "additional", "further")
                    for i in range(quantity.token_start, quantity.token_end)
                )
                index = quantity.token_end
                continue
            break
        if word in ARTICLES and doc[index].tag_ != "NN" and article is None and quantity is None:
            if word == "another":
                additional = True
            article = index
        elif (
            word in DEFINITE
            and doc[index].tag_ in ("DT", "PDT")
            or word in POSSESSIVES
            and doc[index].tag_ != "PRP"
        ):
            definite = True
        elif word in ("each", "every", "any") and index == start:
            definite = True
        else:
            break
        index += 1
        if quantity is not None:
            break
    if index == start and doc[index].lower_ in PRONOUNS:
        return _pronoun(start)
    run_start = index
    end = _run_end(reading, index, last, quantities, has_left=index > start)
    nouns = [i for i in range(run_start, end) if _is_nominal(doc[i])]
    if not nouns:
        if quantity is not None:
            following = index
            if following < last and doc[following].lower_ in (
                "more",
                "others",
                "other",
                "additional",
                "further",
            ):
                following += 1
                additional = True
            return _bare_number(quantity, start, following, additional=additional)
        return None
    end = nouns[-1] + 1
    words = {doc[i].lower_ for i in range(run_start, end)}
    additional = additional or bool(words & {"more", "other", "others", "additional", "further"})
    name_start = _name_start(reading, run_start, end)
    head = _head(reading, run_start, end, name_start)
    noun = _noun_of(reading, run_start, head, end, last)
    is_plural = doc[head].tag_ in ("NNS", "NNPS") or doc[head].lower_ in (
        "people",
        "police",
        "personnel",
        "troops",
    )
    is_person = _is_person(reading, run_start, head, name_start, noun, quantity is not None)
    category, age_group, sex = _attributes(reading, run_start, head, end, last, noun)
    kind: GroupKind
    if is_person is False:
        kind = "thing"
    elif quantity is not None:
        kind = "counted"
    elif name_start is not None and not is_plural:
        kind = "name"
    elif article is not None:
        kind = "article"
    elif definite:
        kind = "definite"
    elif any(doc[i].tag_ == "POS" for i in range(run_start, end)):
        kind = "definite"
    else:
        kind = "bare"
    victim_start = run_start
    while victim_start < head and doc[victim_start].lower_ in (
        "more",
        "other",
        "of",
        "additional",
        "further",
        "the",
    ):
        victim_start += 1
    return Group(
        start=start,
        end=end,
        head=head,
        kind=kind,
        quantity=quantity,
        article=article,
        victim_start=victim_start,
        victim_end=end,
        is_person=is_person,
        is_plural=is_plural,
        is_generic=noun.is_generic if noun else False,
        category=category,
        age_group=age_group,
        sex=sex,
        is_additional=additional,
    )


def _pronoun(index: int) -> Group:
    return Group(
        start=index,
        end=index + 1,
        head=index,
        kind="pronoun",
        quantity=None,
        article=None,
        victim_start=index,
        victim_end=index + 1,
        is_person=None,
        is_plural=False,
        is_generic=False,
        category="unknown",
        age_group=None,
        sex=None,
    )


def _bare_number(quantity: Quantity, start: int, end: int, *, additional: bool) -> Group:
    return Group(
        start=start,
        end=end,
        head=quantity.token_end - 1,
        kind="number",
        quantity=quantity,
        article=None,
        victim_start=end,
        victim_end=end,
        is_person=None,
        is_plural=True,
        is_generic=True,
        category="unknown",
        age_group=None,
        sex=None,
        is_additional=additional,
    )


def _is_nominal(token: Token) -> bool:
    return token.tag_ in NOUN_TAGS or token.lower_ in _demonyms() or token.lower_ in (
        "wounded", "injured", "dead", "missing", "elderly", "others", "civilian", "civilians",
    ) and token.tag_ in ("JJ", "NN", "NNS", "VBN")  # fmt: skip


def _run_end(
    reading: Reading, start: int, last: int, quantities: dict[int, Quantity], *, has_left: bool
) -> int:
    """Return the end of the run of modifiers and nouns that begins at `start`."""
    doc = reading.doc
    index = start
    seen_noun = False
    while index < last:
        token = doc[index]
        word = token.lower_
        if (
            index in quantities
            and index > start
            and quantities[index].role in ("count", "date", "time")
        ):
            break
        if (
            word in TIME_NOUNS
            and token.text[:1].isupper()
            or word in ("today", "yesterday", "tonight", "overnight", "tomorrow")
        ):
            break
        if word == "of" and index == start and has_left:
            # "two of the men", "hundreds of people": the noun phrase goes on behind
            index += 1
            while index < last and (doc[index].tag_ in ("DT", "PRP$")):
                index += 1
            continue
        if word in _HARMED and index == start and not has_left:
            break
        if _is_hyphenated(reading, index, last) and (
            index + 3 < last
            and (doc[index + 3].tag_ in PREMODIFIER_TAGS or doc[index + 2].tag_ in NOUN_TAGS)
        ):
            # "off-duty", "NGO-contracted": one modifier in three tokens
            seen_noun = (
                seen_noun
                or doc[index + 2].tag_ in NOUN_TAGS
                and doc[index + 3].tag_ not in PREMODIFIER_TAGS
            )
            index += 3
            continue
        if token.tag_ in NOUN_TAGS or word in _demonyms():
            if (
                seen_noun
                and doc[index - 1].ent_type_ != "PERSON"
                and token.ent_type_ == "PERSON"
                and token.ent_iob_ == "B"
                and doc[index - 1].tag_ in ("NNS", "NNPS")
            ):
                break
            seen_noun = True
        elif token.tag_ == "POS" or word in ("'s", "\u2019s", "'"):
            if not seen_noun:
                break
        elif token.tag_ in ("VBN", "VBG"):
            if seen_noun and not _noun_follows(reading, index, last):
                break
            if (
                seen_noun
                and doc[index - 1].tag_ not in ("HYPH", "JJ")
                and not (
                    has_left
                    and token.tag_ == "VBN"
                    and doc[index - 1].tag_ in ("NN", "NNP")
                    and word not in _HARM_FORMS
                )
            ):
                break
            if not has_left and not seen_noun and index == start:
                if token.tag_ == "VBG" or not _noun_follows(reading, index, last):
                    break
            if not _noun_follows(reading, index, last):
                break
        elif word == "(":
            # a gloss inside a name: "the mayor of Vostok (Zapad) district"
            closing = next(
                (i for i in range(index + 1, min(index + 7, last)) if doc[i].text == ")"), None
            )
            if (
                closing is None
                or closing + 1 >= last
                or index == start
                or not (seen_noun or has_left)
                or doc[closing + 1].tag_ not in ("NN", "NNS")
                or any(
                    token.tag_ == "CD" or token.tag_.startswith("VB")
                    for token in doc[index:closing]
                )
            ):
                break
            index = closing
        elif (
            token.tag_ in ("VBD", "VBN", "VBZ", "VBP")
            and token.text[:1].isupper()
            and seen_noun
            and doc[index - 1].text[:1].isupper()
            and index + 1 < last
            and doc[index + 1].tag_ in ("NNP", "NNPS")
        ):
            # a foreign name taken for a verb
            pass
        elif token.tag_ == "VBD":
            # an attributive participle taken for a verb: "one NGO contracted driver was killed"
            following = doc[index + 1] if index + 1 < last else None
            if (
                has_left
                and not seen_noun
                and word not in _HARM_FORMS
                and _noun_follows(reading, index, last)
            ):
                index += 1
                continue
            if not (has_left and following is not None) or (
                doc[index - 1].tag_ not in ("NN", "NNP", "RB")
                or word in _HARM_FORMS
                or following.tag_ not in ("NN", "NNP", "NNS")
                or not _ends_in_victim(reading, index + 1, last)
            ):
                break
        elif word == "/" and seen_noun:
            if index + 1 >= last or doc[index + 1].tag_ not in NOUN_TAGS:
                break
        elif token.tag_ in ("RB", "RBR", "RBS"):
            if seen_noun or not (has_left or index > start):
                break
            if index + 1 >= last or doc[index + 1].tag_ not in ("JJ", "VBN", "VBG", "JJR", "HYPH"):
                break
        elif token.tag_ in PREMODIFIER_TAGS or (word in ("-", "year", "old")):
            if (
                token.tag_ == "JJ"
                and seen_noun
                and doc[index - 1].tag_ in ("NNS", "NNPS")
                and not (
                    _noun_follows(reading, index, last)
                    and word not in ("dead", "wounded", "injured", "hurt", "missing")
                )
            ):
                break
            if (
                word in ("dead", "hurt", "missing", "hostage")
                and (seen_noun or has_left)
                and not _noun_follows(reading, index, last)
            ):
                break
        elif (
            token.tag_ == ","
            and not seen_noun
            and index > start
            and index + 1 < last
            and doc[index + 1].tag_ in ("JJ", "VBN")
        ):
            pass
        elif (
            word == "and"
            and index > start
            and doc[index - 1].tag_ in ("JJ",)
            and not seen_noun
            and index + 1 < last
            and doc[index + 1].tag_ == "JJ"
        ):
            pass
        else:
            break
        index += 1
    return index


def _is_hyphenated(reading: Reading, index: int, last: int) -> bool:
    """Tell whether the tokens at `index` are two words joined by a hyphen without spaces."""
    return (
        index + 2 < last
        and reading.doc[index + 1].text == "-"
        and reading.doc[index].is_alpha
        and reading.doc[index + 2].is_alpha
        and reading.ends[index] == reading.starts[index + 1]
        and reading.ends[index + 1] == reading.starts[index + 2]
    )


def _ends_in_victim(reading: Reading, index: int, last: int) -> bool:
    """Tell whether the nouns from `index` on end in a known victim noun."""
    end = index
    while end < last and reading.doc[end].tag_ in ("NN", "NNP", "NNS"):
        end += 1
    return (singular(reading.doc[end - 1].lower_),) in victim_nouns()


def _noun_follows(reading: Reading, index: int, last: int) -> bool:
    """Tell whether a noun stands close behind a modifier, with nothing but modifiers between."""
    for token in reading.doc[index + 1 : min(index + 4, last)]:
        if token.lower_ in TIME_NOUNS:
            return False
        if token.tag_ in NOUN_TAGS or token.lower_ in _demonyms():
            return True
        if token.tag_ not in ("JJ", "VBN", "HYPH", "VBG"):
            return False
    return False


def _name_start(reading: Reading, start: int, end: int) -> int | None:
    """Return the first token of the personal name that ends the phrase, None where there is none."""
    doc = reading.doc
    if doc[end - 1].ent_type_ != "PERSON":
        return None
    index = end - 1
    while index > start and doc[index].ent_iob_ != "B" and doc[index - 1].ent_type_ == "PERSON":
        index -= 1
    return index


def _head(reading: Reading, start: int, end: int, name_start: int | None) -> int:
    """Return the noun that says who they are: the last one, or the title before a name."""
    doc = reading.doc
    if name_start is not None and name_start > start:
        title = name_start - 1
        while title > start and doc[title].tag_ not in NOUN_TAGS:
            title -= 1
        if (
            doc[title].tag_ in ("NN", "NNP")
            and doc[title].ent_type_ != "PERSON"
            and doc[title].lower_ != "'s"
        ):
            if tuple([singular(doc[title].lower_)]) in victim_nouns():
                return title
    return end - 1


def _noun_of(reading: Reading, start: int, head: int, end: int, last: int) -> VictimNoun | None:
    """Return the longest entry of the victim nouns that ends at the head."""
    doc = reading.doc
    words = [token.lower_ for token in doc[max(start, head - 3) : head]] + [
        singular(doc[head].lower_)
    ]
    words = [word for word in words if word not in ("-",)]
    for length in range(min(4, len(words)), 0, -1):
        found = victim_nouns().get(tuple(words[-length:]))
        if found is not None:
            return found
        # the lists hold the written form of some plurals ("security forces")
        found = victim_nouns().get((*words[-length:-1], doc[head].lower_))
        if found is not None:
            return found
    joined = "".join(token.lower_ for token in doc[max(start, head - 2) : head + 1])
    return victim_nouns().get((joined,))


def _is_person(
    reading: Reading,
    start: int,
    head: int,
    name_start: int | None,
    noun: VictimNoun | None,
    is_counted: bool,
) -> bool | None:
    """Return whether the phrase names people, None where its words leave that open."""
    token = reading.doc[head]
    word = token.lower_
    if noun is not None or name_start is not None:
        return True
    if token.ent_type_ in ("LOC", "ORG", "GPE") and not is_counted:
        return False
    if word in _demonyms() or (token.ent_type_ == "NORP" and token.tag_ in ("NNS", "NNPS", "NNP")):
        return True
    if word in ("head", "heads"):
        following = reading.doc[head + 1].lower_ if head + 1 < len(reading.doc) else ""
        return following == "of"
    if word in _not_victims() or singular(word) in _not_victims():
        return False
    if word in TIME_NOUNS:
        return False
    if singular(word).endswith(PERSON_SUFFIXES) and len(word) > 4:
        return None
    if token.tag_ in ("NNP",):
        return None
    return None


def _attributes(
    reading: Reading, start: int, head: int, end: int, last: int, noun: VictimNoun | None
) -> tuple[str, str | None, str | None]:
    """Return category, age group and sex: of the noun, of the body it belongs to, of its modifiers."""
    doc = reading.doc
    category = noun.category if noun else "unknown"
    age_group = noun.age_group if noun else None
    sex = noun.sex if noun else None
    modifiers = [token.lower_ for token in doc[start:head]]
    if age_group is None:
        if {"elderly", "aged"} & set(modifiers):
            age_group = "elderly"
        elif {"teenage", "underage", "infant", "baby", "minor"} & set(modifiers):
            age_group = "child"
        elif "year" in modifiers and "old" in modifiers + [doc[head].lower_]:
            age_group = _age_group(doc[start : head + 1].text)
    if sex is None:
        if {"female", "woman", "women", "pregnant"} & set(modifiers):
            sex = "female"
        elif "male" in modifiers:
            sex = "male"
    if "civilian" in modifiers or "civilians" in modifiers:
        return "civilian", age_group, sex
    if doc[head].lower_ in MEMBER_HEADS or category == "unknown":
        context = list(modifiers)
        if end < last and doc[end].lower_ == "of":
            for token in doc[end + 1 : min(end + 8, last)]:
                if token.is_punct or token.tag_ in ("VBD", "VBZ", "VBP", "MD", "IN", "VBN"):
                    break
                context.append(token.lower_)
        found = _organisation_category(context)
        if found is not None and not (category == "civilian" and found in ("official",)):
            category = found
    return category, age_group, sex


def _organisation_category(words: list[str]) -> str | None:
    if {"un", "united-nations"} & set(words) and {
        "staff",
        "employee",
        "agency",
        "worker",
        "workers",
    } & set(words):
        return "aid_worker"
    for category, markers in ORGANISATION_CATEGORIES:
        if markers & set(words):
            return category
    for word in reversed(words):
        noun = victim_nouns().get((singular(word),))
        if noun is not None and noun.category != "unknown" and singular(word) not in MEMBER_HEADS:
            return noun.category
    return None


def _age_group(text: str) -> str | None:
    digits = "".join(char if char.isdigit() else " " for char in text).split()
    if not digits:
        return None
    age = int(digits[0])
    return "child" if age < 18 else "elderly" if age >= 65 else "adult"
