"""The syntactic reader of casualties: which phrases the parse gives a harm predicate as its victims.

Universal Dependencies: subject of a passive, object, modified noun, "of" phrase, with everything coordinated to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extract.facts.casualty_patterns import PairReading
from extract.facts.harm import Harm
from extract.facts.victims import Group
from extract.language.parse import Token

SUBJECTS = frozenset({"nsubj", "nsubj:pass", "nsubj:outer"})
PASSIVE_SUBJECTS = frozenset({"nsubj:pass", "nsubj"})


def read_syntax(harms: Sequence[Harm], groups: Sequence[Group]) -> Iterator[PairReading]:
    """Yield what the parse says, one reading per predicate with at least one victim phrase."""
    by_token = {index: group for group in groups for index in range(group.start, group.end)}
    for harm in harms:
        if harm.victim_role in ("self", "toll"):
            continue
        tokens = list(dict.fromkeys(_victims(harm)))
        found: list[Group] = []
        for token in tokens:
            for item in _coordinated(token):
                group = by_token.get(item.i)
                if group is None or group in found or group.kind in ("pronoun", "thing"):
                    continue
                if group.start <= harm.token_start < group.end and harm.victim_role != "head":
                    continue
                found.append(group)
        if found:
            yield PairReading(harm=harm, groups=tuple(found), rule_id=f"syntax.{harm.victim_role}")


def _victims(harm: Harm) -> Iterator[Token]:
    token = harm.token
    if harm.victim_role == "of":
        yield from (child for child in _children(token, {"nmod"}) if _has_case(child, "of"))
    elif harm.victim_role == "object" and harm.voice == "active":
        objects = list(_children(token, {"obj"}))
        if not objects and token.dep_ != "conj":
            objects = [child for other in token.conjuncts for child in _children(other, {"obj"})]
        yield from objects
    else:
        yield from _subjects(token, harm)
        if harm.victim_role == "head" and token.dep_ == "amod":
            yield token.head
        elif harm.victim_role == "head" and token.dep_ in ("xcomp", "acl"):
            yield from _children(token.head, {"obj"})


def _has_case(token: Token, word: str) -> bool:
    return any(child.dep_ == "case" and child.lower_ == word for child in token.children)


def _subjects(token: Token, harm: Harm) -> Iterator[Token]:
    own = list(_children(token, SUBJECTS))
    if own:
        for subject in own:
            if subject.lower_ in ("who", "which", "that", "whom"):
                if token.dep_ == "acl:relcl":
                    yield token.head
            else:
                yield subject
        return
    if token.dep_ in ("acl", "acl:relcl") and harm.voice != "active":
        yield token.head
    elif token.dep_ == "conj":
        yield from _subjects(token.head, harm)
    elif token.dep_ in ("xcomp", "ccomp") and token.head.lemma_ in (
        "report",
        "believe",
        "fear",
        "say",
        "think",
        "leave",
        "find",
        "confirm",
    ):
        yield from _children(token.head, {"nsubj:pass", "obj"})


def _children(token: Token, labels: frozenset[str] | set[str]) -> Iterator[Token]:
    return (child for child in token.children if child.dep_ in labels)


def _coordinated(token: Token) -> Iterator[Token]:
    """Yield a noun and the nouns coordinated to it."""
    yield token
    for child in token.children:
        if child.dep_ == "conj" and child.tag_ in ("NN", "NNS", "NNP", "NNPS", "CD"):
            yield from _coordinated(child)
