"""The source of an attribution: who stands as the subject of a reporting expression.

Two readers look: one follows the parse, the other what stands next to the cue. Who that is belongs in `speakers.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from extract.facts.cues import FINITE_TAGS, Cue
from extract.facts.sentence_surface import (
    DASHES,
    NP_STARTS,
    TIME_WORDS,
    SentenceSurface,
)

NOMINAL_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS", "PRP", "CD", "DT", "WP", "EX"})
NOBODY = frozenset({"no", "nobody", "none", "neither"})
_PRONOUN_SOURCES = frozenset({"some", "many", "others", "both", "several", "all", "most", "few"})
_STOPS = frozenset(":;(?!")


@dataclass(frozen=True, slots=True)
class SourceReader(SentenceSurface):
    """Finds the sources of one sentence."""

    def _source(self, cue: Cue) -> tuple[tuple[int, int] | None, float, bool]:
        """Return the source's token range, how many readers agree on it, and whether it stands in another clause."""
        if cue.is_passive:
            agent = self._agent(cue)
            return agent, 1.0, False
        parsed, inherited = self._parsed_subject(cue)
        surface = self._surface_subject(cue)
        if surface is not None:
            if parsed is not None and parsed[0] <= surface[1] - 1 < parsed[1]:
                chosen = parsed if parsed[1] == surface[1] else surface
                if chosen[1] - chosen[0] < surface[1] - surface[0]:
                    chosen = surface
                return self._trim_source(chosen), 2.0, False
            return self._trim_source(surface), 1.0, False
        if parsed is None:
            return None, 0.0, False
        return self._trim_source(parsed), 1.0, inherited

    def _parsed_subject(self, cue: Cue) -> tuple[tuple[int, int] | None, bool]:
        token = cue.token
        inherited = False
        for _ in range(4):
            subject = next((c for c in token.children if c.dep_.startswith("nsubj")), None)
            if subject is not None and self.start <= subject.i < self.end:
                if subject.tag_ in {"WDT", "WP"} or subject.lower_ in {"that", "who", "which"}:
                    antecedent = token.head if token.dep_ == "acl:relcl" else None
                    if antecedent is None or antecedent.tag_ not in NOMINAL_TAGS:
                        return None, inherited
                    return self._noun_phrase(antecedent), False
                return self.reading.subtree(subject), inherited
            if token.dep_ == "acl" and token.head.tag_ in NOMINAL_TAGS and token.tag_ == "VBG":
                return self._noun_phrase(token.head), False
            if (
                token.dep_ in {"conj", "advcl", "xcomp", "parataxis", "acl"}
                and token.head is not token
            ):
                if token.dep_ in {"advcl", "acl"} and token.tag_ != "VBG":
                    break
                if token.dep_ == "parataxis" and not cue.is_participle:
                    break
                token = token.head
                inherited = True
                continue
            break
        if cue.is_participle and self._follows_comma(cue.token_start):
            return self._main_subject(cue), True
        return None, inherited

    def _main_subject(self, cue: Cue) -> tuple[int, int] | None:
        """Return the subject of the sentence's first finite verb before the cue."""
        for token in self.reading.doc[self.start : cue.token_start]:
            if token.dep_.startswith("nsubj") and token.head.tag_ in FINITE_TAGS | {"VBN", "VB"}:
                return self.reading.subtree(token)
        return None

    def _surface_subject(self, cue: Cue) -> tuple[int, int] | None:
        """Return the noun phrase next to the cue: before it, or behind it where the cue follows its content."""
        doc = self.reading.doc
        position = self._before_adverbs(cue.token_start - 1)
        if position < self.start or self._quote_edge(position, cue.token_start):
            return None if cue.is_participle else self._inverted_subject(cue)
        token = doc[position]
        if token.text == ")":
            return self._subject_with_brackets(position)
        if token.lower_ in {"who", "which", "that"} and token.tag_ != "DT":
            return self._antecedent(position)
        if cue.is_participle:
            is_absolute = token.tag_ in NOMINAL_TAGS - {"PRP"} and self._is_with_absolute(position)
            return self._left_phrase(position) if is_absolute else None
        if token.text == ",":
            return self._bracketed_subject(position) or self._inverted_subject(cue)
        if token.text in DASHES | _STOPS:
            return self._inverted_subject(cue)
        return self._left_phrase(position) if token.tag_ in NOMINAL_TAGS else None

    def _before_adverbs(self, position: int) -> int:
        """Return the token before the adverbs and times that end at `position`."""
        doc = self.reading.doc
        while position >= self.start:
            if self._quote_edge(position, position + 1):
                break
            opening = self._time_start(position)
            if opening is not None and opening > self.start:
                position = opening - 1
            elif doc[position].tag_ in {"RB", "RBR"} or doc[position].lower_ in TIME_WORDS:
                position -= 1
            else:
                break
        return position

    def _subject_with_brackets(self, closing: int) -> tuple[int, int] | None:
        """Return "the Popular Front (PF)" from its closing bracket."""
        doc = self.reading.doc
        opening = next((i for i in range(closing, self.start, -1) if doc[i].text == "("), 0)
        if opening <= self.start or doc[opening - 1].tag_ not in NOMINAL_TAGS:
            return None
        phrase = self._left_phrase(opening - 1)
        return (phrase[0], closing + 1) if phrase else None

    def _bracketed_subject(self, comma: int) -> tuple[int, int] | None:
        """Return "X, a spokesman for Y" before the comma that closes the apposition, or X before a relative clause."""
        doc = self.reading.doc
        for position in range(comma - 1, self.start, -1):
            if doc[position].text != ",":
                continue
            inside = doc[position + 1 : comma]
            if (
                not inside
                or self._quote_edge(position, position + 1)
                or doc[position - 1].tag_ not in NOMINAL_TAGS
            ):
                return None
            is_relative = inside[0].lower_ in {"who", "which", "whose"}
            relative = next(
                (t.i for t in inside if t.lower_ in {"who", "which", "whose", "that"}), comma
            )
            if any(t.tag_ in FINITE_TAGS and t.i < relative for t in inside):
                return None
            phrase = self._left_phrase(position - 1)
            if phrase is None:
                return None
            is_adverbial = inside[0].tag_ in {"IN", "RB"} or inside[0].lower_ in TIME_WORDS
            if is_relative or is_adverbial:
                return phrase
            if inside[0].tag_ in NP_STARTS | {"CD"}:
                return phrase[0], comma
            return None
        return None

    def _inverted_subject(self, cue: Cue) -> tuple[int, int] | None:
        """Return the noun phrase behind a cue that itself follows its content ("…", said the minister)."""
        if cue.token.tag_ not in FINITE_TAGS and cue.token.lower_ not in {"said", "says"}:
            return None
        if cue.after >= self.end or self._opening_quote(cue.after) is not None:
            return None
        return self._right_phrase(cue.after)

    def _antecedent(self, pronoun: int) -> tuple[int, int] | None:
        position = pronoun - 1
        if position >= self.start and self.reading.doc[position].text == ",":
            position -= 1
        if position >= self.start and self.reading.doc[position].tag_ in NOMINAL_TAGS - {
            "PRP",
            "DT",
        }:
            return self._left_phrase(position)
        return None

    def _agent(self, cue: Cue) -> tuple[int, int] | None:
        doc = self.reading.doc
        for position in range(cue.after, min(cue.after + 6, self.end)):
            if doc[position].lower_ == "by" and doc[position].head.i > position:
                return self._right_phrase(position + 1)
            if doc[position].text in {",", "."}:
                return None
        return None

    def _trim_source(self, span: tuple[int, int]) -> tuple[int, int] | None:
        """Cut relative clauses, quotations and stray words off a source."""
        doc = self.reading.doc
        first, last = max(span[0], self.start), min(span[1], self.end)
        while first < last and (
            doc[first].tag_ in {"CC", "IN", ",", ":", "RB", "HYPH"}
            or doc[first].text in {",", ";", "-", "\u2014"}
            or doc[first].lower_ in {"that", "meanwhile", "both"}
        ):
            first += 1
        for position in range(first + 1, last):
            token = doc[position]
            if token.lower_ in {"who", "which", "whose", "whom", "where", "when"} or (
                token.tag_ in FINITE_TAGS
            ):
                last = position
                break
        while first < last - 1 and _is_wire_tag(doc[first].text):
            first += 1
        opening = self._time_start(last - 1) if last - first > 1 else None
        if opening is not None and opening > first:
            last = opening
        while last > first and (
            doc[last - 1].text in {",", "(", "-", "\u2014", ":"}
            or doc[last - 1].tag_ in {"IN", "CC", "TO", "WDT", "WP"}
        ):
            last -= 1
        for position in range(first + 1, last):
            if doc[position].text == "," and all(t.tag_ == "CD" for t in doc[first:position]):
                first = position + 1
        if first >= last or doc[first].lower_ in NOBODY:
            return None
        has_noun = any(t.tag_ in NOMINAL_TAGS - {"CD", "DT", "EX"} for t in doc[first:last])
        return (
            (first, last)
            if has_noun or doc.span(first, last).text.lower() in _PRONOUN_SOURCES
            else None
        )


def _is_wire_tag(text: str) -> bool:
    """Tell whether a word is an agency's mark before the first sentence ("/ABC/")."""
    return len(text) > 2 and text[0] == text[-1] == "/"
