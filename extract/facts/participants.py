"""Who did it and to whom: perpetrators, initiators, targets and victims of one incident mention.

Here belongs finding the noun phrases and whose assertion their part is. Who a phrase stands for is decided in
`language/entities.py`; whether the incident happened in `context.py`. A denied part ("was not involved in the
fighting") is kept with negative polarity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from extract.facts.triggers import is_kind_of, is_violent
from extract.facts.victims import victim_nouns
from extract.language.entities import resolve_actor
from extract.language.noun_phrases import TIME_NOUNS, singular
from extract.language.parse import Token
from extract.language.reading import Reading
from extract.records import Casualty, StatementMention, stable_id

if TYPE_CHECKING:
    from extract.knowledge import Knowledge
    from extract.language.entities import Entities

Role = Literal["perpetrator", "initiator", "target", "victim"]
Polarity = Literal["pos", "neg"]
Basis = Literal["claimed", "alleged", "stated"]

_LIGHT_VERBS = frozenset(
    "launch carry conduct stage mount perpetrate commit wage lead begin start unleash make execute undertake stage"
    " orchestrate mastermind plan direct order resume intensify continue claim open".split()
)
_TARGET_PREPOSITIONS = frozenset({"on", "against", "at", "targeting"})
_ARMED_CATEGORIES = frozenset({"military", "paramilitary", "nonstate_combatant", "police"})
# What belongs to a force by its name, and what does where an armed body stands before it ("army convoy").
_OF_A_FORCE = frozenset(
    "garrison barracks outpost battalion brigade regiment detachment platoon patrol airbase squad squadron"
    " commando".split()
)
_HELD_BY_A_FORCE = frozenset(
    "base camp post position station headquarters checkpoint convoy vehicle truck jeep helicopter unit column"
    " installation plane aircraft boat ship quarters compound command facility target van bus car truckload"
    " stronghold bunker".split()
)
_ARMED_WORDS = frozenset(
    "military army naval navy force marine paramilitary infantry armored armoured artillery air enemy gendarmerie"
    " police guerrilla rebel militia".split()
)
_DONE_TO_PERSONS = frozenset({"assassination", "attack_on_civilians", "execution", "abduction"})
_FORCES = frozenset({"armed_group", "state_force"})
_PEOPLE_OF = frozenset(
    "member group unit personnel element column contingent officer agent".split()
)
_SIDE_SUFFIXES = {
    "civilian": "CIV",
    "journalist": "CIV",
    "medic": "CIV",
    "aid_worker": "CIV",
    "official": "GOV",
    "police": "POL",
    "military": "MIL",
    "paramilitary": "MIL",
}
_NOT_INVOLVED = re.compile(
    r"\b(?:not|n't|n\u2019t|never|no|den(?:y|ies|ied|ying)|reject\w*|without) (?:\S+ ){0,4}?"
    r"(?:involved|involvement|part|participat\w+|role|responsib\w+|behind|connection|hand|link)"
    r"(?: \S+){0,3} (?:in|for|of|to|with|behind)(?: \S+){0,4}$"
)
_CLAIMING = re.compile(
    r"\b(?:claim(?:s|ed|ing)?|accept(?:s|ed|ing)?|took|takes?|taking|admit(?:s|ted|ting)?|assum(?:es?|ed|ing))"
    r"(?: (?:the|full|its))? (?:responsibility|credit)\b"
)
_BLAMING = re.compile(
    r"\b(?:blam(?:es?|ed|ing)|accus(?:es?|ed|ing)|suspect(?:s|ed|ing)?|hold(?:s|ing)?|held) (?P<object>.+)"
)
_BLAMED_ON = re.compile(
    r"\b(?:blamed|blames?|blaming|pinned|attribut\w+)(?: [^\s,;]+){0,5} (?:on|to|upon) (?P<object>.+)"
)
_CLAIMED_BY = re.compile(r"\bclaimed by (?P<object>.+)")
# What each of the four holds one of: sentences without are most, and joining their words takes longer.
_BLAME_WORDS = (
    "responsibility", "credit", "claim", "blam", "accus", "suspect", "hold", "held", "pinned", "attribut"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Participant:
    """One actor's part in an event, at offsets of the body; `mention_id` is that of its entity or of the span."""

    role: Role
    actor_id: str | None
    mention_id: str
    polarity: Polarity
    basis: Basis
    char_start: int
    char_end: int
    statement_id: str | None


def find_parts(
    reading: Reading,
    token: Token,
    token_end: int,
    *,
    incident_type: str,
    is_operation: bool,
    casualties: Sequence[Casualty],
    statement: StatementMention | None,
    entities: Entities,
    knowledge: Knowledge,
) -> tuple[Participant, ...]:
    """Return the parts told in the sentence of the event whose verb or head noun is `token`, each span once."""
    agent: Role = "perpetrator"
    if is_operation or not is_violent(incident_type):
        agent = "initiator"
    owners = _victim_owners(token, incident_type)
    heads: list[tuple[Token, Role, Polarity]] = [
        *(
            (head, agent, "pos")
            for head in _agents(reading, token, token_end)
            if head not in owners
        ),
        *((head, "target", "pos") for head in (*owners, *_targets(reading, token, token_end))),
        *((head, agent, "neg") for head in _uninvolved(reading, token)),
    ]
    if is_kind_of(incident_type, "armed_clash"):
        sides: tuple[Role, Role] = ("initiator", "target")
        heads += [
            (head, role, "pos")
            for head, role in zip(_sides(reading, token_end), sides, strict=False)
        ]
    found: dict[tuple[int, int], Participant] = {}
    for head, role, polarity in heads:
        if not _may_act(head, entities, reading):
            continue
        reference = resolve_actor(reading, entities, head, knowledge=knowledge)
        span = (reference.char_start, reference.char_end)
        if span not in found and not _is_victim(span, casualties):
            found[span] = Participant(
                role=role,
                actor_id=reference.actor_id,
                mention_id=reference.mention_id or _span_id(reading, *span),
                polarity=polarity,
                basis=_basis(reference.actor_id, statement, knowledge),
                char_start=span[0],
                char_end=span[1],
                statement_id=statement.statement_id if statement else None,
            )
    for casualty in casualties:
        participant = _victim(reading, casualty, entities, knowledge)
        if participant is not None:
            found[(participant.char_start, participant.char_end)] = participant
    return tuple(found.values())


def _is_victim(span: tuple[int, int], casualties: Sequence[Casualty]) -> bool:
    """Tell whether a span touches the victims of a claim: "15 fighters were killed" has no perpetrator in it."""
    return any(
        casualty.victim_start is not None
        and casualty.victim_end is not None
        and casualty.victim_start < span[1]
        and span[0] < casualty.victim_end
        for casualty in casualties
    )


def hits_forces(
    reading: Reading, token: Token, token_end: int, *, entities: Entities, knowledge: Knowledge
) -> bool:
    """Tell whether all that the event is aimed at bears arms or belongs to those who do: "attacked an army convoy"."""
    heads = [
        head
        for target in _aims(reading, token, token_end)
        if target.lower_ not in TIME_NOUNS
        for head in _with_conjuncts(target)
    ]
    return bool(heads) and all(
        force_category(head, reading, entities, knowledge) is not None for head in heads
    )


def _aims(reading: Reading, token: Token, token_end: int) -> list[Token]:
    """Return the objects of the event's verb, else what stands behind "on", "against", "at" or a noun's "of"."""
    words = {token.i: token, token_end - 1: reading.doc[token_end - 1]}
    children = [child for word in words.values() for child in word.children if child.i not in words]
    objects = [child for child in children if child.dep_ in {"obj", "nsubj:pass"}]
    if objects and token.pos_ not in {"NOUN", "PROPN"}:
        return objects
    phrases = [(child, case_of(child)) for child in children if child.dep_ in {"obl", "nmod"}]
    aimed = {"on", "against"} if token.pos_ == "VERB" else {"on", "against", "of"}
    return [child for child, case in phrases if case in aimed] or [
        child for child, case in phrases if case == "at"
    ]


def force_category(
    head: Token, reading: Reading, entities: Entities, knowledge: Knowledge
) -> str | None:
    """Return the victim category of those who bear arms in a phrase or hold what it names, None where nobody does."""
    word = singular(head.lower_)
    noun = victim_nouns().get((word,))
    if noun is not None and noun.category in _ARMED_CATEGORIES:
        return noun.category
    mention = entities.covering(*reading.span(head.i, head.i + 1))
    kind = knowledge.kind_of(mention.actor_id) if mention is not None else None
    if kind == "armed_group":
        return "nonstate_combatant"
    if kind == "state_force":
        return "police" if "police" in head.lower_ else "military"
    if word not in _OF_A_FORCE | _HELD_BY_A_FORCE | _PEOPLE_OF:
        return None
    for child in head.children:
        if child.dep_ not in {"compound", "amod", "nmod", "nmod:poss"} or child.pos_ == "VERB":
            continue
        found = force_category(child, reading, entities, knowledge)
        if found is not None:
            return found
        if singular(child.lower_) in _ARMED_WORDS:
            return "military"
    return "military" if word in _OF_A_FORCE else None


def find_blame(
    reading: Reading,
    sentence_index: int,
    *,
    statements: Sequence[StatementMention],
    entities: Entities,
    knowledge: Knowledge,
) -> tuple[Participant, ...]:
    """Return whom a sentence blames for an incident and who claims it: what "the rebels claimed responsibility" says.

    The incident is not named here; `incidents.py` chooses the one that the sentence is about.
    """
    sentence = reading.sentences[sentence_index]
    plain = reading.text(sentence.char_start, sentence.char_end).lower()
    if not any(word in plain for word in _BLAME_WORDS):
        return ()
    start, end = reading.sentence_tokens(sentence_index)
    text = " ".join(token.lower_ for token in reading.doc[start:end])
    found: list[Participant] = []
    claiming = _CLAIMING.search(text)
    if claiming is not None:
        at = start + text[: claiming.start()].count(" ")
        subject = _subject_before(reading, at, start)
        polarity: Polarity = (
            "neg"
            if re.search(r"\b(?:not|n't|no one|nobody|no group|denied)\b", text[: claiming.start()])
            else "pos"
        )
        if subject is not None and not re.match(r"(?:no|nobody|none)\b", subject.text.lower()):
            found.extend(
                _blamed(reading, subject, "claimed", statements, entities, knowledge, polarity)
            )
    for pattern in (_CLAIMED_BY, _BLAMED_ON, _BLAMING):
        match = pattern.search(text)
        if match is None:
            continue
        at = start + text[: match.start("object")].count(" ")
        head = _first_actor(reading, at, min(end, at + 8), entities)
        basis: Basis = "claimed" if pattern is _CLAIMED_BY else "alleged"
        if head is not None:
            found.extend(_blamed(reading, head, basis, statements, entities, knowledge, "pos"))
        break
    return tuple(found)


def is_armed_noun(word: str) -> bool:
    """Tell whether a noun means people who bear arms: "gunmen", "troops", "rebels", "police"."""
    noun = victim_nouns().get((singular(word.lower()),)) or victim_nouns().get((word.lower(),))
    return noun is not None and noun.category in _ARMED_CATEGORIES


def is_person_noun(word: str) -> bool:
    """Tell whether a noun means people."""
    return (singular(word.lower()),) in victim_nouns() or (word.lower(),) in victim_nouns()


def _blamed(
    reading: Reading,
    head: Token,
    basis: Basis,
    statements: Sequence[StatementMention],
    entities: Entities,
    knowledge: Knowledge,
    polarity: Polarity,
) -> Iterator[Participant]:
    if not _may_act(head, entities, reading):
        return
    reference = resolve_actor(reading, entities, head, knowledge=knowledge)
    sentence = reading.sentence_of(head.i)
    saying = [
        statement
        for statement in statements
        if statement.sentence_index == sentence.sentence_index and statement.cue_start is not None
    ]
    statement = min(
        saying,
        key=lambda statement: abs((statement.cue_start or 0) - reference.char_start),
        default=None,
    )
    yield Participant(
        role="perpetrator",
        actor_id=reference.actor_id,
        mention_id=reference.mention_id
        or _span_id(reading, reference.char_start, reference.char_end),
        polarity=polarity,
        basis=basis,
        char_start=reference.char_start,
        char_end=reference.char_end,
        statement_id=statement.statement_id if statement else None,
    )


def _agents(reading: Reading, token: Token, token_end: int) -> Iterator[Token]:
    """Yield the heads of the phrases that do it, by the parse and then by a "by" that follows."""
    if token.pos_ in {"VERB", "ADJ"} or token.tag_.startswith("VB"):
        yield from _subjects(token)
    else:
        for child in token.lefts:
            if child.dep_ in {"nmod:poss", "compound", "amod", "nmod"}:
                yield child
        verb = token.head
        if token.dep_ == "obj" and verb.lemma_.lower() in _LIGHT_VERBS:
            yield from _subjects(verb)
    for child in token.children:
        if child.dep_ in {"obl:agent", "obl", "nmod", "nmod:agent"} and case_of(child) == "by":
            yield child
    yield from _after(reading, token_end, {"by"}, reach=5)


def _victim_owners(token: Token, incident_type: str) -> list[Token]:
    """Return the persons whose fate a noun is: "the deputy's murder"; of an attack the owner is its author."""
    if token.pos_ not in {"NOUN", "PROPN"} or incident_type not in _DONE_TO_PERSONS:
        return []
    return [
        child
        for child in token.lefts
        if child.dep_ in {"nmod:poss", "compound"} and child.ent_type_ == "PERSON"
    ] + [
        child
        for child in token.rights
        if child.dep_ == "nmod" and case_of(child) == "of" and child.ent_type_ == "PERSON"
    ]


def _targets(reading: Reading, token: Token, token_end: int) -> Iterator[Token]:
    for child in token.children:
        if (
            child.dep_ in {"obj", "nsubj:pass"}
            or child.dep_ in {"obl", "nmod"}
            and case_of(child) in _TARGET_PREPOSITIONS
        ):
            yield child
    yield from _after(reading, token_end, _TARGET_PREPOSITIONS, reach=2)


def _sides(reading: Reading, token_end: int) -> Iterator[Token]:
    """Yield the heads of "between X and Y" after the words of a clash."""
    doc = reading.doc
    end = min(len(doc), token_end + 5)
    for index in range(token_end, end):
        if doc[index].lower_ == "between":
            first = _head_after(reading, index + 1)
            if first is None:
                return
            yield first
            for place in range(first.i + 1, min(len(doc), first.i + 12)):
                if doc[place].lower_ == "and":
                    second = _head_after(reading, place + 1)
                    if second is not None:
                        yield second
                    return
            return


def _uninvolved(reading: Reading, token: Token) -> Iterator[Token]:
    """Yield the subject of "was not involved in", "denied any role in" before the event."""
    start, _ = reading.sentence_tokens(reading.sentence_of(token.i).sentence_index)
    before = " ".join(reading.doc[i].lower_ for i in range(start, token.i))
    match = _NOT_INVOLVED.search(before)
    if match is None:
        return
    at = start + before[: match.start()].count(" ")
    subject = _subject_before(reading, at, start)
    if subject is not None:
        yield subject


def _subjects(verb: Token) -> Iterator[Token]:
    """Yield the subjects of an active verb, those of the verb it is coordinated with where it has none."""
    before = _noun_before(verb)
    if before is not None:
        yield before
        return
    node = verb
    for _ in range(3):
        subjects = [child for child in node.children if child.dep_ == "nsubj"]
        if subjects:
            for subject in subjects:
                yield from _with_conjuncts(_antecedent(node, subject))
            return
        if any(child.dep_ == "nsubj:pass" for child in node.children):
            return
        if node.dep_ not in {"conj", "xcomp", "advcl"} or node.head.i > node.i:
            return
        controllers = [child for child in node.head.children if child.dep_ in {"obj", "iobj"}]
        if node.dep_ == "xcomp" and controllers:
            yield from controllers
            return
        node = node.head


def _noun_before(verb: Token) -> Token | None:
    """Return the people named right before a verb that has no parsed subject: "forces withdraw"."""
    if verb.i == 0 or verb.tag_ in {"VBN", "VBG"} or verb.is_sent_start:
        return None
    if any(child.dep_.startswith("nsubj") for child in verb.children):
        return None
    before = verb.nbor(-1)
    return before if before.pos_ in {"NOUN", "PROPN"} and is_person_noun(before.text) else None


def _antecedent(verb: Token, subject: Token) -> Token:
    if subject.lower_ in {"who", "which", "that"} and verb.dep_ == "acl:relcl":
        return verb.head
    return subject


def _with_conjuncts(token: Token) -> Iterator[Token]:
    yield token
    for child in token.children:
        if child.dep_ == "conj" and child.pos_ in {"NOUN", "PROPN"}:
            yield child


def case_of(token: Token) -> str | None:
    """Return the preposition of a noun, None where it has none."""
    return next((child.lower_ for child in token.lefts if child.dep_ == "case"), None)


def _after(
    reading: Reading, token_end: int, words: frozenset[str] | set[str], *, reach: int
) -> Iterator[Token]:
    doc = reading.doc
    for index in range(token_end, min(len(doc), token_end + reach)):
        if doc[index].is_sent_start and index > token_end:
            return
        if doc[index].lower_ in {",", ";", "that", "which", "who", "and"}:
            return
        if doc[index].lower_ in words:
            head = _head_after(reading, index + 1)
            if head is not None:
                yield head
            return


def _head_after(reading: Reading, index: int) -> Token | None:
    """Return the head of the noun phrase that begins at a token: the last noun of its first run of nouns."""
    doc = reading.doc
    head = None
    for place in range(index, min(len(doc), index + 9)):
        token = doc[place]
        if token.pos_ in {"NOUN", "PROPN"}:
            head = token
        elif token.text == "-":
            continue
        elif (
            head is not None
            or token.pos_ not in {"DET", "ADJ", "NUM", "ADV", "PRON", "PUNCT"}
            or token.pos_ == "PUNCT"
            and token.text not in {"-", "'"}
        ):
            break
    return head


def _subject_before(reading: Reading, index: int, start: int) -> Token | None:
    """Return the noun nearest before a verb at `index`, its parsed subject where there is one."""
    doc = reading.doc
    if index < len(doc):
        for child in doc[index].children:
            if child.dep_ == "nsubj" and child.i < index:
                return child
    for place in range(index - 1, start - 1, -1):
        if doc[place].pos_ in {"NOUN", "PROPN"}:
            return doc[place]
    return None


def _first_actor(reading: Reading, start: int, end: int, entities: Entities) -> Token | None:
    head = _head_after(reading, start)
    if head is None or head.i >= end:
        return None
    return head if _may_act(head, entities, reading) else None


def _may_act(head: Token, entities: Entities, reading: Reading) -> bool:
    """Tell whether a noun can be an actor: a known one, people, or a body; never a weapon or a thing."""
    if head.pos_ == "PRON" or head.lower_ in {"who", "which", "that", "it", "they"}:
        return False
    start, end = reading.span(head.i, head.i + 1)
    mention = entities.covering(start, end)
    if mention is not None and mention.actor_id is not None:
        return True
    if head.ent_type_ in {"ORG", "PERSON", "NORP"}:
        return True
    return is_person_noun(head.text)


def _basis(actor_id: str | None, statement: StatementMention | None, knowledge: Knowledge) -> Basis:
    if statement is None:
        return "stated"
    speaker = statement.organisation_actor_id or statement.speaker_actor_id
    return "claimed" if knowledge.is_same_party(speaker, actor_id) else "alleged"


def _victim(
    reading: Reading, casualty: Casualty, entities: Entities, knowledge: Knowledge
) -> Participant | None:
    start, end = casualty.victim_start, casualty.victim_end
    if start is None or end is None or casualty.count_max == 0:
        return None
    side = casualty.victim_side_actor_id
    suffix = _SIDE_SUFFIXES.get(casualty.victim_category)
    actor_id = side
    if side is not None and suffix is not None:
        actor_id = knowledge.office_of(side, suffix) or side
    mention = entities.covering(start, end)
    return Participant(
        role="victim",
        actor_id=actor_id,
        mention_id=mention.mention_id if mention else _span_id(reading, start, end),
        polarity="pos",
        basis="stated" if casualty.statement_id is None else "alleged",
        char_start=start,
        char_end=end,
        statement_id=casualty.statement_id,
    )


def _span_id(reading: Reading, start: int, end: int) -> str:
    article = reading.article
    return stable_id(article.article_id, article.article_version, "span", start, end)
