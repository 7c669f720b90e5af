"""Attributions by rule: for every reporting expression of a sentence whose words it reports and which words they are.

Two readers look at each cue. One follows the parse (subject, complement clause); the other looks at the surface only
(what stands next to the cue, quotation marks, commas). `Attribution.agreement` says whether they meet. What the trained
heads add, and quotations that go on in other sentences, belong in `attributions.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from extract.facts.attribution_contents import ContentReader
from extract.facts.cues import FINITE_TAGS, VERB_TAGS, Cue, cue_entries, lemma_of
from extract.facts.speakers import names_speaker

NEEDS_NO_CONTENT = frozenset(
    "accuse;blame;decline comment;claim responsibility;claim credit;deny responsibility;take responsibility"
    ";admit responsibility;accept responsibility;hold responsible;hold accountable;express condolences"
    ";offer condolences".split(";")
)
"""Cues that are an attribution also where no words are reported."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """One attribution. `source` is a token range, `content` body offsets; either is None where there is none.

    `agreement` counts the readers that found this source and content (0 to 2 each way). `form` says how the content
    was found: that, quote, clause, infinitive, preposition, object, left, interrupted, colon, continued, implicit,
    trained.
    """

    cue: Cue | None
    sentence_index: int
    source: tuple[int, int] | None
    content: tuple[int, int] | None
    form: str
    agreement: float
    carrier: tuple[int, int] | None = None
    is_inherited_source: bool = False


@dataclass(frozen=True, slots=True)
class RuleReader(ContentReader):
    """One sentence under the two readers of the rules."""

    def attributions(self, cues: tuple[Cue, ...]) -> list[Attribution]:
        """Return the attributions of the sentence at its listed cues, carriers apart from sources."""
        found: list[Attribution] = []
        for cue in cues:
            found.extend(self._with_main_source(a, found) for a in self._read_cue(cue))
        if not found:
            found.extend(self._heading_colon())
        return self._with_carriers(found, cues)

    def _with_main_source(self, attribution: Attribution, before: list[Attribution]) -> Attribution:
        """Give a participle behind a comma ("…, adding that") the source of the report that it goes on."""
        cue = attribution.cue
        if cue is None or cue.entry.cue_kind != "verb":
            return attribution
        follows_and = (
            cue.token_start > self.start and self.reading.doc[cue.token_start - 1].tag_ == "CC"
        )
        is_strange = (
            attribution.source is not None
            and self._quoted(attribution.source[0])
            and not self._quoted(cue.token_start)
        )
        goes_on = cue.is_participle and attribution.is_inherited_source
        if not goes_on and not (follows_and and (attribution.is_inherited_source or is_strange)):
            return attribution
        reports = [
            a
            for a in before
            if a.cue is not None
            and a.source is not None
            and a.cue.entry.cue_kind == "verb"
            and not a.cue.is_participle
            and a.cue.entry.attitude == "speech"
        ]
        # The nearest one that is no part of what another says: "A said that B warned of a raid, adding" goes on A's.
        main = next(
            (a for a in reversed(reports) if not any(self._holds(b, a) for b in reports)), None
        )
        return replace(attribution, source=main.source) if main is not None else attribution

    def _holds(self, outer: Attribution, inner: Attribution) -> bool:
        """Tell whether the words of one attribution hold the cue of the other."""
        if outer.content is None or inner.cue is None:
            return False
        position = self.reading.starts[inner.cue.token_start]
        return outer.content[0] <= position < outer.content[1]

    def _read_cue(self, cue: Cue) -> Iterator[Attribution]:
        if cue.entry.cue_kind == "preposition":
            yield from self._preposition(cue)
        elif cue.entry.cue_kind == "noun":
            yield from self._noun(cue)
        elif cue.entry.cue_kind == "verb" and cue.entry.object_role != "source":
            yield from self._verb(cue)
        elif cue.entry.lemma == "quote" and not cue.is_participle:
            yield from self._quoted_as_saying(cue)

    def _verb(self, cue: Cue) -> Iterator[Attribution]:
        if self._is_after_as_saying(cue):
            return
        if cue.is_negated:
            yield from self._silence(cue)
            return
        source, agreement, inherited = self._source(cue)
        if source is None and not (cue.is_passive and self._is_expletive_passive(cue)):
            return
        if source is not None and cue.is_passive and source[1] <= cue.token_start:
            return
        start, end = cue.token_start, cue.after
        if source is not None and not inherited:
            start = min(start, source[0])
            end = source[1] if source[0] >= cue.after else end
        found = self._contents(cue, start, end)
        if not found and cue.entry.lemma in NEEDS_NO_CONTENT:
            yield self._attribution(cue, source, None, "implicit", agreement, inherited)
        for content_start, content_end, form in found:
            yield self._attribution(
                cue, source, (content_start, content_end), form, agreement, inherited
            )

    def _contents(self, cue: Cue, start: int, end: int) -> list[tuple[int, int, str]]:
        """Return the contents of a verb; source and cue are the tokens [start, end)."""
        left = self._left_content(start, is_final=self._is_final(end))
        if left is not None and self._ends_quoted(left):
            quote = self._interrupted_right(end)
            rest = None if quote or cue.is_participle else self._behind_interruption(cue, end)
            parts = [(*left, "left")]
            parts += [(*quote[:2], "interrupted")] if quote else []
            return parts + ([(*rest, "interrupted")] if rest else [])
        right = self._right_content(cue, end)
        if right is not None:
            return [right]
        if cue.is_participle or "that" not in cue.entry.takes or cue.entry.strength == "weak":
            return []
        if left is None:
            predicate = self._interrupted_clause(cue, start, end)
            return [(*predicate, "interrupted")] if predicate is not None else []
        behind = self._behind_interruption(cue, end)
        return [(*left, "left")] + ([(*behind, "interrupted")] if behind else [])

    def _behind_interruption(self, cue: Cue, end: int) -> tuple[int, int] | None:
        """Return the clause that goes on behind ", he said," unless an apposition to the source stands there."""
        if end > cue.after:
            return None
        rest = self._after_comma(end)
        if rest is None or self._starts_cue_or_adverbial(rest[0]):
            return None
        span = self._trimmed(rest[0], self._clause_end(cue, rest[0], rest[1]))
        return span if span is not None and self._has_finite(span) else None

    def _silence(self, cue: Cue) -> Iterator[Attribution]:
        """Read "did not respond to a request for comment"; every other negated cue reports no words."""
        source, agreement, inherited = self._source(cue)
        if cue.entry.lemma in {"respond", "comment", "reply", "answer"} and source is not None:
            entry = cue_entries()[("decline comment", "verb")]
            silent = replace(cue, entry=entry, lemma=entry.lemma)
            yield self._attribution(silent, source, None, "implicit", agreement, inherited)

    def _interrupted_clause(self, cue: Cue, start: int, end: int) -> tuple[int, int] | None:
        """Return the predicate behind an interruption that parts it from its subject ("The army, police said, had")."""
        if start <= self.start + 1 or self.reading.doc[start - 1].text != ",":
            return None
        rest = self._after_comma(end)
        if rest is None or rest[0] >= self.end or self._starts_cue_or_adverbial(rest[0]):
            return None
        if self.reading.doc[rest[0]].tag_ not in FINITE_TAGS | {"VBN", "RB"}:
            return None
        return self._trimmed(rest[0], self._clause_end(cue, rest[0], rest[1]))

    def _attribution(
        self,
        cue: Cue,
        source: tuple[int, int] | None,
        content: tuple[int, int] | None,
        form: str,
        agreement: float,
        inherited: bool,
    ) -> Attribution:
        return Attribution(
            cue=cue,
            sentence_index=self.sentence_index,
            source=source,
            content=content,
            form=form,
            agreement=min(2.0, agreement),
            is_inherited_source=inherited,
        )

    def _noun(self, cue: Cue) -> Iterator[Attribution]:
        doc = self.reading.doc
        source = None
        agreement = 1.0
        possessive = next((c for c in cue.token.lefts if c.dep_ == "nmod:poss"), None)
        position = cue.after
        if possessive is not None and possessive.i >= self.start:
            right = possessive.i + 1
            source = (max(possessive.left_edge.i, self.start), right)
            agreement = 2.0
        elif position < self.end and doc[position].lower_ in {"by", "from"}:
            source = self._right_phrase(position + 1)
            if source is not None:
                position = source[1]
        if source is None:
            return
        if position >= self.end:
            return
        token = doc[position]
        takes = cue.entry.takes
        content: tuple[int, int, str] | None = None
        if token.lower_ == "that" and "that" in takes:
            content = self._clause(cue, position, "that")
        elif token.tag_ == "TO" and "infinitive" in takes:
            content = self._phrase(cue, position, "infinitive")
        elif token.lower_ in takes:
            content = self._phrase(cue, position + 1, "preposition")
        if content is not None:
            trimmed = self._trim_source(source)
            yield self._attribution(cue, trimmed, content[:2], content[2], agreement, False)

    def _preposition(self, cue: Cue) -> Iterator[Attribution]:
        if cue.after >= self.end or cue.entry.object_role == "carrier":
            return
        source = (cue.after, self._source_end(cue.after))
        if source[1] <= source[0]:
            return
        left = self._before_preposition(cue)
        right = self._behind_preposition(cue, source[1])
        if left is not None:
            yield self._attribution(cue, source, left, "left", 1.5, False)
        if right is not None:
            form = "clause" if left is None else "interrupted"
            agreement = 1.5 if left is None else 1.0
            yield self._attribution(cue, source, right, form, agreement, False)

    def _before_preposition(self, cue: Cue) -> tuple[int, int] | None:
        """Return the clause before "according to", with or without a comma between."""
        left = self._left_content(cue.token_start, is_final=False)
        if left is not None or cue.token_start <= self.start:
            return left
        if self.reading.doc[cue.token_start - 1].text == "," or self._quoted(cue.token_start):
            return None
        span = (self._left_start(self.start), self.reading.ends[cue.token_start - 1])
        return span if self._has_finite(span) else None

    def _behind_preposition(self, cue: Cue, position: int) -> tuple[int, int] | None:
        """Return the clause or quotation behind the source of "according to X, …"."""
        has_comma = position < self.end and self.reading.doc[position].text == ","
        position += has_comma
        quote = self._opening_quote(position)
        if position >= self.end or not (has_comma or quote):
            return None
        if cue.token_start > self.start and self._starts_cue_or_adverbial(position):
            return None
        span = self._trimmed(position, self._clause_end(cue, position, self.end))
        if span is not None and quote is not None:
            return quote.char_start, max(span[1], quote.char_end)
        return span if span is not None and self._has_finite(span) else None

    def _source_end(self, first: int) -> int:
        """Return the end of the source behind "according to": up to the comma, the clause's or the quotation's edge."""
        doc = self.reading.doc
        end = self._phrase_end(first)
        if doc[first].tag_ == "PRP":
            return first + 1
        while end < self.end:
            token = doc[end]
            if self._quote_edge(end - 1, end):
                break
            if token.lower_ in {
                "by",
                "from",
                "on",
                "in",
                "published",
                "released",
                "issued",
                "at",
                "to",
            } and (end > first):
                following = self._phrase_end(end + 1) if end + 1 < self.end else end
                if following <= end + 1 and token.tag_ not in {"VBN", "VBD"}:
                    break
                end = max(following, end + 1)
                continue
            break
        return end

    def _quoted_as_saying(self, cue: Cue) -> Iterator[Attribution]:
        """Read "the agency quoted the ministry as saying": the agency carries, the ministry speaks."""
        doc = self.reading.doc
        saying = next(
            (
                i
                for i in range(cue.after, min(cue.after + 20, self.end - 1))
                if doc[i].lower_ == "as" and doc[i + 1].lower_ in {"saying", "telling", "stating"}
            ),
            None,
        )
        if saying is None:
            return
        subject = self._surface_subject(replace(cue, is_passive=False))
        carrier: tuple[int, int] | None
        source: tuple[int, int] | None
        if cue.is_passive:
            source, carrier = subject, self._agent(cue)
        else:
            source, carrier = self._right_phrase(cue.after), subject
        if source is None:
            return
        speaking = replace(
            cue,
            entry=cue_entries()[("say", "verb")],
            token_end=cue.token_end,
            after=saying + 2,
            lemma="quote",
        )
        content = self._right_content(speaking, saying + 2)
        if content is not None:
            yield replace(
                self._attribution(speaking, source, content[:2], content[2], 1.5, False),
                carrier=carrier,
            )

    def _is_after_as_saying(self, cue: Cue) -> bool:
        doc = self.reading.doc
        index = cue.token.i
        return (
            index - 1 >= self.start
            and doc[index - 1].lower_ == "as"
            and any(lemma_of(t) in {"quote", "cite"} for t in doc[self.start : index])
        )

    def _with_carriers(self, found: list[Attribution], cues: tuple[Cue, ...]) -> list[Attribution]:
        """Give the words to whom the outlet cites: "the agency reported, citing police" makes police the source."""
        doc = self.reading.doc
        result = found
        for cue in cues:
            is_citing = cue.entry.object_role in {"source", "carrier"} and (
                cue.is_participle or cue.entry.object_role == "carrier"
            )
            if not is_citing or cue.after >= self.end:
                continue
            phrase = self._right_phrase(cue.after)
            if phrase is None:
                continue
            span = (phrase[0], self._phrase_end(phrase[0]))
            reports = [
                a
                for a in result
                if a.cue is not None and a.cue.token.i < cue.token.i and a.content is not None
            ]
            if (
                not reports
                or cue.entry.cue_kind == "preposition"
                and cue.entry.object_role != "carrier"
            ):
                continue
            last = reports[-1]
            swapped = (
                replace(last, source=span, carrier=last.source)
                if cue.entry.object_role == "source" and names_speaker(doc, span)
                else replace(last, carrier=span)
                if cue.entry.object_role == "carrier"
                else last
            )
            result = [swapped if a is last else a for a in result]
        return result

    def _heading_colon(self) -> Iterator[Attribution]:
        """Read "Police: six killed" and "Six killed in raid: police" in a heading; the colon is the cue."""
        if self.reading.sentences[self.sentence_index].section not in {"headline", "heading"}:
            return
        doc = self.reading.doc
        for index in range(self.start + 1, self.end - 1):
            if doc[index].text not in {":", "\u2013", "\u2014", "-"} or doc[index].tag_ == "HYPH":
                continue
            entry = cue_entries()[("say", "verb")]
            cue = Cue(doc[index], entry, index, index + 1, index + 1, lemma=":")
            before, after = (self.start, index), (index + 1, self.end)
            for source, content in ((after, before), (before, after)):
                length = source[1] - source[0]
                if length <= 4 and content[1] - content[0] >= 3 and names_speaker(doc, source):
                    span = self._trimmed(*content)
                    words = doc[slice(*content)]
                    says = (
                        any(token.tag_ in VERB_TAGS for token in words) or words[0].lower_ == "no"
                    )
                    if span and says:
                        yield self._attribution(cue, source, span, "colon", 1.0, False)
                        return
            return
