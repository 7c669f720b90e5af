"""Reporting expressions: which words of a sentence say that somebody says something.

The words themselves are `seeds/reference/cue_verbs.csv`. Whose words and what they say belongs in `attributions.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from extract.language.parse import Doc, Span, Token
from extract.reference import read_reference, split_list

FINITE_TAGS = frozenset({"VBD", "VBZ", "VBP", "MD"})
VERB_TAGS = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})
# A cue in the infinitive is a report only under a verb that says the speaking took place (or was refused).
_RAISING = frozenset("continue go begin start decline refuse fail rush hasten quick".split())
_COMMENT = frozenset(
    "comment say confirm elaborate discuss answer respond disclose identify specify provide give reveal name".split()
)
_AUXILIARY_LEMMAS = frozenset({"be", "have", "do", "will", "would", "may", "might", "can", "could"})
_VERBAL_TAGS = VERB_TAGS | {"MD"}
_CUE_TAGS = VERB_TAGS | {"NN", "NNS"}
_SAID_FORMS = frozenset({"said", "says"})
_NAMING_TAGS = frozenset({"DT", "NNP", "NNPS", "NNS"})
_GAP_LIMIT = 8
_CONTEXT = "context"
# Verbs that leave it to another word of the cue what is done: "is silent", "made a plea", "have no doubt".
_LIGHT_LEMMAS = _AUXILIARY_LEMMAS | frozenset("make take give get become remain keep go".split())
_KIND_OF_TAG = {"V": "verb", "N": "noun", "J": "adjective", "R": "adverb"}
_NEGATIONS = frozenset({"not", "n't", "n\u2019t", "never"})


@dataclass(frozen=True, slots=True)
class CueEntry:
    """One row of the cue list.

    `takes` names what may carry the content: that, quote, infinitive, object, gerund, whether, or a preposition.
    `object_role` tells what a direct object is: content, addressee, target or source. A `strength` of "context" is a
    word of many meanings: it tells what an attribution does that the trained heads read, and is no cue by itself.
    """

    lemma: str
    cue_kind: str
    speech_act: str
    takes: frozenset[str]
    object_role: str
    strength: str
    attitude: str


@dataclass(frozen=True, slots=True)
class Cue:
    """One reporting expression: the tokens [token_start, token_end) with its auxiliaries, `token` its head.

    `after` is the index of the first token behind the head and its particles, where the content may begin.
    """

    token: Token
    entry: CueEntry
    token_start: int
    token_end: int
    after: int
    is_participle: bool = False
    is_passive: bool = False
    is_negated: bool = False
    lemma: str = ""


@cache
def cue_entries() -> dict[tuple[str, str], CueEntry]:
    """Return the cue list by (lemma, kind)."""
    return {
        (row["lemma"], row["cue_kind"]): CueEntry(
            lemma=row["lemma"],
            cue_kind=row["cue_kind"],
            speech_act=row["speech_act"],
            takes=frozenset(split_list(row["takes"])),
            object_role=row["object_role"],
            strength=row["strength"],
            attitude=row["attitude"],
        )
        for row in read_reference("cue_verbs")
    }


@cache
def _phrases(kind: str) -> dict[str, tuple[CueEntry, ...]]:
    """Return the entries of several words by their first word, longest first."""
    found: dict[str, list[CueEntry]] = {}
    for (lemma, entry_kind), entry in cue_entries().items():
        if entry_kind == kind and (" " in lemma or kind in {"preposition", "participle"}):
            found.setdefault(lemma.split()[0], []).append(entry)
    return {
        word: tuple(sorted(entries, key=lambda entry: -len(entry.lemma)))
        for word, entries in found.items()
    }


def find_cues(doc: Doc, start: int, end: int) -> tuple[Cue, ...]:
    """Return the reporting expressions among the tokens [start, end), in order, no token in two of them."""
    cues: list[Cue] = []
    taken = -1
    for index in range(start, end):
        if index < taken or not _may_be_cue(doc[index]):
            continue
        cue = next(_cues_at(doc, index, start, end), None)
        if cue is not None:
            cues.append(cue)
            taken = cue.after
    return tuple(cues)


def cue_at(doc: Doc, cue_start: int, cue_end: int, *, cues: Sequence[Cue], end: int) -> Cue:
    """Return the tokens [cue_start, cue_end) as a cue, whether the list knows it or not.

    `cues` are the listed ones of the sentence, which ends before token `end`.
    A cue of several words is named by the listed one that tells most. One of which no word is listed is named by its
    last verb, or else its last noun, with the attitude "unknown".
    """
    listed = next((cue for cue in cues if cue_start <= cue.token.i < cue_end), None)
    if listed is not None:
        return replace(listed, token_start=cue_start, token_end=cue_end)
    words = doc.span(cue_start, cue_end)
    if all(token.tag_ == "RB" for token in words) and cue_end < end:
        words = doc.span(cue_start, cue_end + 1)  # "categorically" denies
    token, entry = _told_by(words) or _unlisted(words)
    return Cue(
        token=token,
        entry=entry,
        token_start=cue_start,
        token_end=cue_end,
        after=cue_end,
        is_participle=token.tag_ == "VBG" and not any(lemma_of(t) == "be" for t in words),
        is_passive=token.tag_ == "VBN" and any(lemma_of(t) in {"be", "get"} for t in words),
        is_negated=any(t.lower_ in _NEGATIONS for t in words),
        lemma=entry.lemma,
    )


def _told_by(words: Span) -> tuple[Token, CueEntry] | None:
    """Return the listed word of a cue that tells most: a full verb, then noun, adjective, adverb, then a light verb."""
    found = [
        (_rank(token), -token.i, token, entry) for token in words if (entry := word_entry(token))
    ]
    return min(found)[2:] if found else None


def word_entry(token: Token) -> CueEntry | None:
    """Return the row of a single word by its part of speech, None where it has none."""
    kind = _KIND_OF_TAG.get(token.tag_[:1], "")
    lemma = _listed_lemma(token) if kind == "verb" else lemma_of(token)
    is_state = token.tag_ == "VBN" and token.i > 0 and lemma_of(token.nbor(-1)) != "have"
    adjective = cue_entries().get((token.lower_, "adjective")) if is_state else None
    return adjective or cue_entries().get((lemma, kind))


def _rank(token: Token) -> int:
    if token.tag_ in VERB_TAGS:
        return 4 if lemma_of(token) in _LIGHT_LEMMAS else 0
    return "NJR".find(token.tag_[:1]) + 1


def _unlisted(words: Span) -> tuple[Token, CueEntry]:
    verbs = [token for token in words if token.tag_ in VERB_TAGS]
    nouns = [token for token in words if token.tag_ in {"NN", "NNS"}]
    token = (verbs or nouns or [words.root])[-1]
    return token, CueEntry(
        lemma=_listed_lemma(token) if verbs else lemma_of(token),
        cue_kind="verb" if verbs else "noun" if nouns else "preposition",
        speech_act="",
        takes=frozenset(),
        object_role="",
        strength="weak",
        attitude="unknown",
    )


def lemma_of(token: Token) -> str:
    """Return the lower-case lemma, the word itself where the pipeline gives none."""
    return (token.lemma_ or token.text).lower()


def _may_be_cue(token: Token) -> bool:
    return token.tag_ in _CUE_TAGS or token.lower_ in _cue_words()


@cache
def _cue_words() -> frozenset[str]:
    """Return the words that can begin a cue whatever they are tagged as."""
    return _SAID_FORMS | _phrases("preposition").keys() | _phrases("participle").keys()


def _cues_at(doc: Doc, index: int, start: int, end: int) -> Iterator[Cue]:
    token = doc[index]
    word = token.lower_
    for entry in _phrases("preposition").get(word, ()):
        length = len(entry.lemma.split())
        words = [t.lower_ for t in doc[index : min(index + length, end)]]
        is_verb = token.tag_ in VERB_TAGS and _has_auxiliary(doc, index, start)
        if (
            words == entry.lemma.split()
            and not is_verb
            and _is_preposition(doc, index, length, start)
        ):
            yield Cue(token, entry, index, index + length, index + length, lemma=entry.lemma)
    for entry in _phrases("participle").get(word, ()):
        if not _has_auxiliary(doc, index, start):
            yield Cue(token, entry, index, index + 1, index + 1, is_participle=True, lemma=word)
    if token.tag_ in VERB_TAGS or word in _SAID_FORMS:
        yield from _verb_cues(doc, index, start, end)
    elif token.tag_ in {"NN", "NNS"}:
        noun = cue_entries().get((lemma_of(token), "noun"))
        if noun is not None and noun.strength != _CONTEXT:
            yield Cue(token, noun, index, index + 1, index + 1, lemma=noun.lemma)


def _is_preposition(doc: Doc, index: int, length: int, start: int) -> bool:
    """Tell "per the ministry" from "per cent", "per capita", "per day"."""
    if doc[index].lower_ != "per" or length > 1:
        return True
    following = doc[index + 1] if index + 1 < len(doc) else None
    clause_edge = index == start or doc[index - 1].text in {",", "\u2014", "-", "\u2013"}
    return bool(clause_edge and following is not None and following.tag_ in _NAMING_TAGS)


def _verb_cues(doc: Doc, index: int, start: int, end: int) -> Iterator[Cue]:
    token = doc[index]
    lemma = _listed_lemma(token)
    for entry in _phrases("verb").get(lemma, ()):
        last = _match_rest(doc, index, end, entry.lemma.split()[1:])
        if last is not None:
            yield from _verb_group(doc, index, last, entry, start)
            return
    single = cue_entries().get((lemma, "verb"))
    if single is not None and single.strength != _CONTEXT:
        yield from _verb_group(doc, index, index, single, start)


def _listed_lemma(token: Token) -> str:
    """Return the lemma as listed; a lemma that is not listed is tried by regular inflection ("blam", "vowe")."""
    return _listed(lemma_of(token), token.lower_)


@lru_cache(maxsize=1 << 14)
def _listed(lemma: str, word: str) -> str:
    entries, phrases = cue_entries(), _phrases("verb")
    stems = [word.removesuffix("ed"), word.removesuffix("d"), word.removesuffix("ing")]
    stems += [word.removesuffix("ing") + "e", word.removesuffix("s"), word.removesuffix("es")]
    stems += [re.sub(r"(.)\1(?:ed|ing)$", r"\1", word), re.sub(r"ie[sd]$", "y", word)]
    return next(
        (s for s in (lemma, *stems) if (s, "verb") in entries or s in phrases),
        lemma,
    )


def verb_entry(token: Token) -> CueEntry | None:
    """Return the row of a single verb, None where it is no cue by itself."""
    entry = cue_entries().get((_listed_lemma(token), "verb"))
    return entry if entry is not None and entry.strength != _CONTEXT else None


def _match_rest(doc: Doc, index: int, end: int, rest: list[str]) -> int | None:
    """Return the last token of the phrase; "held the army responsible" may hold its object inside."""
    position = index
    for word in rest:
        limit = position + 2
        if word in {"responsible", "accountable", "responsibility", "clear", "comment", "credit"}:
            limit = position + _GAP_LIMIT
        for candidate in range(position + 1, min(limit, end)):
            if doc[candidate].lower_ == word:
                position = candidate
                break
        else:
            return None
    return position


def _verb_group(doc: Doc, index: int, last: int, entry: CueEntry, start: int) -> Iterator[Cue]:
    token = doc[index]
    left = _group_start(doc, index, start)
    group = doc[left:index]
    words = {t.lower_ for t in group}
    lemmas = {lemma_of(t) for t in group}
    cue_token_start = left
    if token.tag_ == "VB" and left > start and doc[left - 1].lower_ == "to":
        governor = doc[left - 2] if left - 2 >= start else None
        if governor is None or lemma_of(governor) not in _RAISING:
            return
        if lemma_of(governor) in {"decline", "refuse"} and lemma_of(token) in _COMMENT:
            return
        cue_token_start = _group_start(doc, left - 2, start)
    if token.tag_ == "VBN" and not group and not _looks_past(doc, index, start):
        return
    is_passive = (
        token.tag_ in {"VBN", "VBD"}
        and bool(lemmas & {"be", "get"})
        and "have" not in {lemma_of(t) for t in group[-1:]}
    )
    comment = _comment_end(doc, index, entry)
    if comment is not None:
        entry = cue_entries()[("decline comment", "verb")]
        last = comment
    yield Cue(
        token=token,
        entry=entry,
        token_start=cue_token_start,
        token_end=(last if last - index <= 2 or comment is not None else index) + 1,
        after=last + 1,
        is_participle=token.tag_ == "VBG" and "be" not in lemmas,
        is_passive=is_passive,
        is_negated=bool(words & _NEGATIONS),
        lemma=entry.lemma,
    )


def _comment_end(doc: Doc, index: int, entry: CueEntry) -> int | None:
    """Return the last token of "declined to comment" and its like."""
    if entry.lemma not in {"decline", "refuse"}:
        return None
    rest = doc[index + 1 : index + 3]
    if len(rest) == 2 and rest[0].lower_ == "to" and lemma_of(rest[1]) in _COMMENT:
        return index + 2
    return None


def _group_start(doc: Doc, index: int, start: int) -> int:
    """Return the first token of the verb group: auxiliaries, negation and adverbs between them."""
    left = index
    for position in range(index - 1, max(start, index - 5) - 1, -1):
        token = doc[position]
        if (
            token.tag_ == "MD"
            or (lemma_of(token) in _AUXILIARY_LEMMAS and token.tag_ in _VERBAL_TAGS)
            or (
                token.lower_ in {"'s", "\u2019s", "'ve", "\u2019ve", "'d", "'ll"}
                and token.tag_ != "POS"
            )
        ):
            left = position
        elif token.tag_ not in {"RB", "RBR"}:
            break
    return left


def _has_auxiliary(doc: Doc, index: int, start: int) -> bool:
    return _group_start(doc, index, start) < index


def _looks_past(doc: Doc, index: int, start: int) -> bool:
    """Tell whether a form tagged as participle may be a past tense.

    The parse gives it a subject or a clause of its own, or a nominal stands right before it.
    """
    token = doc[index]
    if index == start or doc[index - 1].lower_ in {"by", "as", "when", "if"}:
        return False
    if any(child.dep_ == "nsubj" for child in token.children):
        return True
    if token.dep_ in {"ROOT", "ccomp", "parataxis"} or (
        token.dep_ == "conj" and token.head.tag_ in VERB_TAGS
    ):
        return True
    return doc[index - 1].tag_ in {"PRP", "NNP", "NNPS"} or token.text in _SAID_FORMS
