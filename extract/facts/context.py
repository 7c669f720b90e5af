"""Whether something told in the text happened: realis, attempts, drills, and what is only background.

Here belongs how the words around a trigger or a harm predicate change its reality. Finding triggers belongs in
`facts/incidents.py`, dates in `language/times.py`. The rules read the surface first (`rules/context_realis.json`),
because a weak parse loses auxiliaries and infinitives; the parse adds coordination and subjects of modal verbs.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

from extract.language.parse import Doc, Token
from extract.language.reading import Reading
from extract.records import Realis

_RULES = Path(__file__).resolve().parents[1] / "rules" / "context_realis.json"
_COORDINATION_REACH = 9
_NOMINAL = frozenset({"NOUN", "PROPN"})
_MODALS: dict[str, Realis] = {
    "will": "future",
    "shall": "future",
    "'ll": "future",
    "wo": "future",
    "would": "hypothetical",
    "could": "hypothetical",
    "might": "hypothetical",
    "may": "hypothetical",
    "must": "demanded",
    "should": "demanded",
}
# What is perceived has happened: "explosions could be heard".
_PERCEPTION = frozenset("hear see feel trace confirm verify observe".split())
# Verbs that bring an event about: "did not launch an attack" denies the attack.
_MAKING = frozenset("launch carry conduct stage mount commit perpetrate make begin start".split())
_DEFINITE = frozenset("the this that these those its their his her our your my".split())
# "To" after these words tells what did happen.
_IMPLICATIVE = re.compile(
    r"\b(?:beg[au]n|begin(?:s|ning)?|start(?:s|ed|ing)?|continu(?:e[sd]?|ing)|manag(?:e[sd]?|ing)"
    r"|forc(?:e[sd]?|ing)|compel(?:s|led|ling)?|oblig(?:e[sd]?|ing)|caus(?:e[sd]?|ing)|led|leads?|went on|go on"
    r"|help(?:s|ed|ing)?|seem(?:s|ed)?|appear(?:s|ed)?|report(?:s|ed)?|said|believed|known|alleged|claim(?:s|ed|ing)?"
    r"|thought|understood|c[ao]me|happened|had|us(?:ed|es|ing)|proceed(?:s|ed)?|began|driven|made|prompt(?:s|ed|ing)?"
    r"|(?:first|second|third|last|latest|only|next) (?:\S+ ){1,3}?)(?: [^\s,;]+){0,4}? to(?: \w+ly)*$"
)
_PERFECT = re.compile(r"\bto(?: \w+ly)? have(?: \w+ly)?(?: been)?$")
_INFINITIVE = re.compile(r"\bto(?: \w+ly)*(?: be| get)?$")
_ATTEMPT = re.compile(
    r"\b(?:try|tries|tried|trying|attempt|attempts|attempted|attempting|failed|foiled|thwarted)"
    r"(?: to| an?| the| at| in an?)?(?: [^\s,;]+){0,2}$"
)
_COMMEMORATION = re.compile(
    r"\b(?:anniversary|commemorat\w+|memorial|in memory of|remembrance|remember(?:ed|ing)? the (?:victims|dead))\b"
)
# A gerund after these words names a kind of act, not one act: "continue killing", "accused of murdering".
_KIND_OF_ACT = re.compile(
    r"\b(?:continu(?:e[sd]?|ing)|keeps?|kept|keeping|go(?:es)? on|went on|stop(?:s|ped|ping)?"
    r"|ceas(?:e[sd]?|ing)|halt(?:s|ed)?"
    r"|avoid(?:s|ed)?|like|than|by|of|for|from|against|without|with|are|is|am|'re|'s)(?: \w+ly| being| still| now)*$"
)
_PRESENT_PASSIVE = re.compile(r"\b(?:are|is)(?: \w+ly| being| often| still| now| even)*$")
_EVERY = re.compile(
    r"\b(?:all|any|every|each|such|constant|continual|continuous|continuing|continued|frequent|daily|regular|systematic"
    r"|repeated|ongoing|recurrent|permanent|habitual|countless|acts? of|forms? of|campaigns? of|policy of|policies of"
    r"|practice of"
    r"|waves? of|kinds? of|years of|months of|decades? of|cases of|crimes? of|charges? of|escalation of|increase in)"
    r"(?: (?!(?:the|this|that|an?|in|on|at|to|by)\b)[^\s,;:.]+){0,2}$"
)
_DETERMINERS = frozenset("a an another one the this that each his her its their our".split())
_LONG_SPAN = re.compile(
    r"\b(?:(?:over|in|during|for|within) the (?:past|last) (?:(?!few days)\w+ ){0,2}(?:months|years?|decades?)"
    r"|in (?:only |just |less than )?(?:\w+ ){1,2}(?:months|years) (?:of|,)|in recent (?:months|years)|over the years"
    r"|(?:so far|thus far|already|until now) this (?:month|year)|this year (?:so far|alone)"
    r"|(?:every|each|per|a) (?:day|week|month|year)(?! (?:later|earlier|after|before|ago|since|of)\b)|annually"
    r"|since (?:the (?:war|conflict|uprising|coup|beginning|start|outbreak|revolution|insurgency)|(?:19|20)\d\d|then"
    r"|its? (?:founding|creation|beginning)|(?:\w+ ){1,4}(?:was|were) (?:founded|created|established)"
    r"|(?:\w+ ){1,4}took (?:office|power)))\b"
)
_PERFECT_TENSE = re.compile(r"\b(?:ha(?:s|ve|d)|'ve)(?: [^\s,;]+){0,2}$")
_CHARGES = re.compile(
    r"\b(?:charged with|convicted of|sentenced (?:\S+ ){0,8}for|found guilty of|indicted (?:for|on)|tried for"
    r"|on trial (?:for|over)|wanted for|extradited (?:\S+ ){0,4}for|jailed (?:\S+ ){0,8}for)(?: [^\s;]+){0,8}$"
)


@dataclass(frozen=True, slots=True)
class RealisRule:
    """One rule of `rules/context_realis.json`, its pattern compiled. `applies_to` is verb, base, noun or any."""

    rule_id: str
    applies_to: Literal["verb", "base", "noun", "any"]
    realis: Realis
    pattern: re.Pattern[str]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


@cache
def realis_rules() -> tuple[RealisRule, ...]:
    """Return the surface rules in the order in which they are tried."""
    data = json.loads(_RULES.read_text(encoding="utf-8"))
    return tuple(
        RealisRule(
            rule_id=rule["id"],
            applies_to=rule["applies_to"],
            realis=cast(Realis, rule["realis"]),
            pattern=re.compile(
                rule["pattern"].replace("@ADV@", data["adverbs"]).replace("@NP@", data["modifiers"])
            ),
            examples=tuple(rule["examples"]),
            counter_examples=tuple(rule["counter_examples"]),
        )
        for rule in data["rules"]
    )


def realis_of(reading: Reading, token: Token) -> Realis:
    """Return whether the event that `token` names happened, as the text tells it.

    `token` is a verb ("attacked", "killed") or a noun ("attack", "death"). A negated subject ("no one was killed")
    does not make the predicate negated: that is a count of zero.
    """
    words = words_before(reading, token)
    nominal = token.pos_ in _NOMINAL
    if nominal and _coordinated_verb(reading, token) is not None:
        nominal = False
    surface = _surface_realis(words, token, nominal=nominal)
    if surface != "actual":
        return surface
    return _noun_by_parse(reading, token) if nominal else _verb_by_parse(reading, token, words)


def words_before(reading: Reading, token: Token) -> str:
    """Return the words of the sentence before `token`, lower case, with single spaces between them."""
    start, _ = reading.sentence_tokens(reading.sentence_of(token.i).sentence_index)
    return "".join(joined_words(reading.doc, start, token.i)).lstrip()


def joined_words(doc: Doc, start: int, end: int) -> list[str]:
    """Return the tokens in lower case, each with the space before it; a hyphen inside a word takes none."""
    words = []
    for index in range(start, end):
        word, before = doc[index].lower_, doc[index - 1] if index > start else None
        inside = before is not None and not before.whitespace_ and "-" in (word, before.text)
        words.append(word if inside else f" {word}")
    return words


def is_attempt(reading: Reading, token: Token) -> bool:
    """Tell whether the event was tried: "tried to storm the base" is an attack, though nothing was taken."""
    return bool(_ATTEMPT.search(words_before(reading, token)))


def is_definite(token: Token) -> bool:
    """Tell whether a noun refers back to something known: "the attack", "this blast", "their offensive"."""
    return any(
        child.lower_ in _DEFINITE for child in token.lefts if child.dep_ in {"det", "nmod:poss"}
    ) or (token.i > 0 and token.nbor(-1).lower_ in _DEFINITE)


def is_commemorated(reading: Reading, token: Token) -> bool:
    """Tell whether the sentence remembers the event (an anniversary, a memorial) and so tells of the past."""
    sentence = reading.sentence_of(token.i)
    return bool(_COMMEMORATION.search(reading.text(sentence.char_start, sentence.char_end).lower()))


def is_generic(reading: Reading, token: Token) -> bool:
    """Tell whether the word names a kind of act rather than certain acts: "murder of opponents", "they are killing".

    What counts its victims, or gives its day, is told of certain acts all the same; that is for the caller to know.
    """
    words = words_before(reading, token)
    if token.pos_ in _NOMINAL:
        return (
            bool(_EVERY.search(words))
            or _is_done_to_a_kind(token)
            or not (_is_counted_noun(token) or is_definite(token))
        )
    if token.tag_ == "VBG":
        return bool(_KIND_OF_ACT.search(words))
    if token.tag_ == "VBN" and token.dep_ == "amod" and token.head.i > token.i:
        return not is_definite(token.head)
    return token.tag_ == "VBN" and bool(_PRESENT_PASSIVE.search(words))


def is_aggregate(reading: Reading, token: Token) -> bool:
    """Tell whether the sentence sums up a long time: "some 200 teachers have been killed since the war began"."""
    sentence = reading.sentence_of(token.i)
    text = " ".join(reading.text(sentence.char_start, sentence.char_end).lower().split())
    return bool(_LONG_SPAN.search(text)) and (
        token.pos_ in _NOMINAL or bool(_PERFECT_TENSE.search(words_before(reading, token)))
    )


def _is_done_to_a_kind(noun: Token) -> bool:
    """Tell whether a noun's victims are a kind of people: "the murder of opponents"."""
    return any(
        child.tag_ == "NNS"
        and {other.lower_ for other in child.lefts if other.dep_ == "case"} == {"of"}
        and not _is_counted_noun(child)
        and not is_definite(child)
        for child in noun.rights
        if child.dep_ == "nmod"
    )


def _is_counted_noun(token: Token) -> bool:
    """Tell whether a determiner, a number or a possessor makes one event of a noun; plurals have to be counted."""
    phrase = [child for child in token.lefts if child.dep_ not in {"case", "cc", "punct"}]
    return any(
        child.lower_ in _DETERMINERS
        or child.pos_ in {"NUM", "PROPN"}
        or child.dep_ in {"nummod", "nmod:poss", "poss"}
        or child.ent_type_
        for child in phrase
    )


def is_charge(reading: Reading, token: Token) -> bool:
    """Tell whether the event is what somebody is charged with or was convicted of."""
    return bool(_CHARGES.search(words_before(reading, token)))


def _surface_realis(words: str, token: Token, *, nominal: bool) -> Realis:
    definite = nominal and is_definite(token)
    for rule in realis_rules():
        if not _applies(rule, token, nominal=nominal):
            continue
        if definite and rule.rule_id not in {"noun_demanded", "noun_prevented", "noun_planned"}:
            continue
        if rule.pattern.search(words):
            return rule.realis
    return "actual"


def _applies(rule: RealisRule, token: Token, *, nominal: bool) -> bool:
    if rule.applies_to == "any":
        return True
    if rule.applies_to == "noun":
        return nominal
    if rule.applies_to == "base":
        return not nominal and token.tag_ in {"VB", "VBP"}
    return not nominal


def _verb_by_parse(reading: Reading, token: Token, words: str) -> Realis:
    if token.tag_ in {"VBG", "VBN"} and token.dep_ in {"amod", "acl", "acl:relcl"}:
        return "actual"
    if _INFINITIVE.search(words) and not _IMPLICATIVE.search(words) and not _PERFECT.search(words):
        return "hypothetical"
    previous = _coordinated_verb(reading, token)
    return realis_of(reading, previous) if previous is not None else "actual"


def _coordinated_verb(reading: Reading, token: Token) -> Token | None:
    """Return the earlier verb whose auxiliary `token` shares: "must leave and surrender", "to halt and withdraw"."""
    if any(child.dep_.startswith("nsubj") or child.dep_ == "aux" for child in token.children):
        return None
    if token.dep_ == "conj" and token.head.i < token.i and token.head.pos_ == "VERB":
        return token.head if token.head.tag_ == token.tag_ else None
    start, _ = reading.sentence_tokens(reading.sentence_of(token.i).sentence_index)
    if (
        token.tag_ not in {"VB", "VBP", "NN"}
        or token.i == start
        or token.nbor(-1).lower_ not in {"and", "or", ","}
    ):
        return None
    # A base form that the tagger takes for a noun ("lay down arms and surrender") still shares its infinitive.
    for index in range(token.i - 2, max(start, token.i - _COORDINATION_REACH) - 1, -1):
        if reading.doc[index].tag_ == "VB":
            return reading.doc[index]
    return None


def _noun_by_parse(reading: Reading, token: Token) -> Realis:
    """Return the realis of a noun from the verb it is an argument of, unless the noun refers back.

    What is not done with an attack leaves the attack a fact, so a negated verb counts only where it makes the event.
    """
    verb = token.head
    if is_definite(token) or verb.pos_ not in {"VERB", "AUX"}:
        return "actual"
    if token.dep_ not in {"nsubj", "nsubj:pass", "obj"} or verb.lemma_ in _PERCEPTION:
        return "actual"
    if token.dep_ == "obj" and verb.i < token.i:
        governing = realis_of(reading, verb)
        if governing != "negated" or verb.lemma_.lower() in _MAKING:
            return governing
    for child in verb.children:
        if child.dep_ in {"aux", "aux:pass"} and child.lower_ in _MODALS:
            return _MODALS[child.lower_]
    return "actual"
