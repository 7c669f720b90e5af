"""What stands where in one sentence: noun phrases, times, quotation marks, by the order of the words.

The surface reader of attributions. Which phrase is the source or the content belongs in `attribution_sources.py` and
`attribution_contents.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from extract.facts.cues import FINITE_TAGS, VERB_TAGS, Cue, lemma_of, verb_entry
from extract.language.parse import Token
from extract.language.quotes import Quote
from extract.language.reading import Reading

NP_TAGS = frozenset(
    {
        "DT",
        "PDT",
        "JJ",
        "JJR",
        "JJS",
        "NN",
        "NNS",
        "NNP",
        "NNPS",
        "POS",
        "PRP$",
        "CD",
        "HYPH",
        "VBN",
    }
)
NP_STARTS = frozenset({"DT", "PDT", "JJ", "JJR", "JJS", "NN", "NNS", "NNP", "NNPS", "PRP", "PRP$"})
_LINKS = frozenset({"of", "for", "from", "in", "at", "with", "on", "to"})
_ENVOYS = frozenset({"adviser", "advisor", "aide", "ambassador", "envoy", "delegate", "candidate"})
TIME_WORDS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow tonight earlier later recently"
    " mon tue wed thu fri sat sun overnight meanwhile separately also again previously afterwards early late now then"
    " repeatedly publicly".split()
)
_TIME_NOUNS = frozenset(
    "past day week weekend month year morning afternoon evening night noon midnight hour january february march"
    " april may june july august september october november december monday tuesday wednesday thursday friday saturday"
    " sunday".split()
)
SUBORDINATORS = frozenset(
    "that which who whom whose where when while after before as because since if unless although though".split()
)
DASHES = frozenset({"-", "--", "\u2013", "\u2014"})
_CLOSING_SPACE = " \n,"
_BEFORE_ANCHOR = " ,-\u2013\u2014"
_NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})
_RELATIVES = frozenset({"that", "which", "who", "whose", "whom"})


@dataclass(frozen=True, slots=True)
class SentenceSurface:
    """One sentence of a reading: the tokens [start, end) with what their order tells."""

    reading: Reading
    sentence_index: int
    start: int
    end: int

    def _noun_phrase(self, token: Token) -> tuple[int, int]:
        """Return the range of a noun with what stands before it and its "of", "for", "from" phrases."""
        left = min((c.left_edge.i for c in token.lefts if c.tag_ in NP_TAGS), default=token.i)
        right = token.i + 1
        for child in token.rights:
            if child.dep_ in {"flat", "nmod"} and child.left_edge.i == right:
                right = child.right_edge.i + 1
        return max(left, self.start), min(right, self.end)

    def _left_phrase(self, last: int) -> tuple[int, int] | None:
        """Return the noun phrase that ends with the token `last`."""
        doc = self.reading.doc
        if doc[last].tag_ in {"PRP", "EX"}:
            return (last, last + 1) if doc[last].tag_ == "PRP" else None
        first = last
        for position in range(last - 1, self.start - 1, -1):
            if not self._belongs_to_phrase(position):
                break
            first = position
            is_determiner = doc[position].tag_ in {"DT", "PRP$"}
            if is_determiner and not self._is_linked(position):
                break
        while first < last and doc[first].tag_ in {"CC", "IN", "HYPH", "POS", "RB"}:
            first += 1
        return first, last + 1

    def _belongs_to_phrase(self, position: int) -> bool:
        """Tell whether a token belongs to the noun phrase that goes on behind it."""
        doc = self.reading.doc
        token = doc[position]
        if self._quote_edge(position, position + 1) and not self._is_small_quote(position + 1):
            return False
        if token.lower_ in TIME_WORDS and token.tag_ != "JJ":
            return False
        if token.tag_ == "VBN":
            return doc[position - 1].tag_ in NP_TAGS | {"HYPH"}
        if token.tag_ in NP_TAGS:
            return token.lower_ != "that" or position == self.start
        if token.tag_ == "CC":
            return self._joins_nouns(position)
        return token.lower_ in _LINKS and self._is_linked(position + 1)

    def _is_linked(self, position: int) -> bool:
        """Tell whether a noun and a linking preposition stand before `position` ("head of the army")."""
        doc = self.reading.doc
        before = position - 1
        if before - 1 < self.start or doc[before].lower_ not in _LINKS:
            return False
        noun = doc[before - 1]
        if doc[before].lower_ == "to" and lemma_of(noun) not in _ENVOYS:
            return False
        is_time = lemma_of(noun) in _TIME_NOUNS or noun.lower_ in TIME_WORDS
        if doc[before].lower_ != "of" and doc[before].head.i > before - 1:
            # The parse decides whether a place belongs to the noun before it.
            governor = doc[before].head.head.i
            if governor >= position and governor != before - 1:
                return False
        return noun.tag_ in {"NN", "NNS", "NNP", "NNPS"} and not is_time

    def _joins_nouns(self, position: int) -> bool:
        doc = self.reading.doc
        if position - 1 < self.start:
            return False
        return doc[position - 1].tag_ in {"NN", "NNS", "NNP", "NNPS"} and not any(
            t.tag_ in FINITE_TAGS for t in doc[self.start : position]
        )

    def _right_phrase(self, first: int) -> tuple[int, int] | None:
        doc = self.reading.doc
        if first >= self.end:
            return None
        if doc[first].tag_ == "PRP":
            return first, first + 1
        if doc[first].tag_ not in NP_STARTS | {"CD"} or doc[first].lower_ == "that":
            return None
        if doc[first].lower_ in TIME_WORDS:
            return None
        last = self._phrase_end(first)
        return (first, last) if last > first else None

    def _phrase_end(self, first: int) -> int:
        """Return the end of the noun phrase that begins at `first`, with its appositive, without relative clauses."""
        doc = self.reading.doc
        position = first
        while position < self.end:
            token = doc[position]
            if position > first and self._quote_edge(position - 1, position):
                break
            if token.tag_ in NP_TAGS - {"VBN"} or (token.tag_ == "VBN" and position == first):
                if position > first and token.tag_ in {"DT", "PRP$"} and doc[position - 1].tag_ in {
                    "NN", "NNS", "NNP", "NNPS",
                }:  # fmt: skip
                    break
                if position > first and token.lower_ in TIME_WORDS | {"last", "this"}:
                    break
                position += 1
            elif (
                token.lower_ in {"of", "for", "from"}
                or (
                    token.lower_ in {"in", "at", "with"}
                    and doc[min(position + 1, self.end - 1)].lower_ not in TIME_WORDS
                    and lemma_of(doc[min(position + 2, self.end - 1)])
                    not in {"statement", "interview", "briefing", "conference"}
                )
                or token.tag_ == "CC"
                and doc[min(position + 1, self.end - 1)].tag_ in NP_STARTS
                or (
                    token.text == ","
                    and position + 1 < self.end
                    and (
                        doc[position + 1].lower_ in {"a", "an", "the"}
                        or lemma_of(doc[position + 1])
                        in {"spokesman", "spokeswoman", "head", "chief"}
                        or (doc[position + 1].tag_ == "NNP" and doc[position - 1].tag_ == "NN")
                    )
                    and not self._finite_before_stop(position + 1)
                )
            ):
                position += 1
            else:
                break
        while position > first and (
            doc[position - 1].tag_ in {"IN", "CC", ",", "DT", "HYPH"}
            or doc[position - 1].text == ","
        ):
            position -= 1
        return position

    def _finite_before_stop(self, first: int) -> bool:
        for token in self.reading.doc[first : self.end]:
            if token.text in {",", ".", ";", ":"}:
                return False
            if token.tag_ in FINITE_TAGS:
                return True
        return False

    def _opens_clause(self, position: int, cue: Cue) -> bool:
        """Tell whether a clause without "that" begins here: a nominal, then a finite verb that is its own."""
        doc = self.reading.doc
        nominal = False
        for index in range(position, self.end):
            token = doc[index]
            if token.tag_ in FINITE_TAGS:
                return nominal
            if token.lower_ in {"'s", "\u2019s"} and token.tag_ in {"VBZ"}:
                return nominal
            is_relative = token.lower_ in _RELATIVES and token.tag_ in {"WDT", "WP", "WP$", "IN"}
            if index > position and is_relative:
                return False
            if token.tag_ in {"NN", "NNS", "NNP", "NNPS", "PRP", "CD", "EX", "DT", "VBG"}:
                nominal = True
            if token.text in {";", ":"}:
                return False
            if token.text == "," and self._is_participle_cue(index + 1, self.end):
                return self._has_reduced_clause(position, index)
        return self._has_reduced_clause(position, self.end) and cue.entry.strength == "strong"

    def _is_participle_cue(self, index: int, limit: int) -> bool:
        doc = self.reading.doc
        while index < limit and doc[index].tag_ in {"RB", "RBR", "CC"}:
            index += 1
        if index >= limit or doc[index].tag_ != "VBG":
            return False
        entry = verb_entry(doc[index])
        return (
            entry is not None
            and entry.attitude == "speech"
            and (
                entry.strength != "weak" or "quote" in entry.takes and entry.speech_act == "ASSESS"
            )
        )

    def _has_reduced_clause(self, first: int, last: int) -> bool:
        """Tell whether the parse sees a clause although the tagger saw no finite verb ("said six killed")."""
        return any(
            t.dep_ in {"ccomp", "parataxis"} and t.tag_ in VERB_TAGS
            for t in self.reading.doc[first:last]
        )

    def _skip_time(self, position: int) -> int:
        """Return the token behind a temporal phrase at `position`, or `position`."""
        doc = self.reading.doc
        first = position
        if position < self.end and doc[position].lower_ in {
            "on",
            "in",
            "at",
            "by",
            "since",
            "late",
            "early",
        }:
            position += 1
        if position < self.end and doc[position].lower_ in {"late", "early", "the"}:
            position += 1
        if position < self.end and doc[position].lower_ in {
            "this",
            "last",
            "next",
            "that",
            "previous",
        }:
            if position + 1 < self.end and lemma_of(doc[position + 1]) in _TIME_NOUNS:
                position += 1
            else:
                return first
        if position >= self.end:
            return first
        token = doc[position]
        if token.lower_ in TIME_WORDS:
            position += 1
            while position < self.end and lemma_of(doc[position]) in _TIME_NOUNS:
                position += 1
            return position
        if lemma_of(token) in _TIME_NOUNS and token.tag_ in {"NNP", "NN", "NNS"}:
            position += 1
            while position < self.end and (
                doc[position].tag_ == "CD" and len(doc[position].text) in {1, 2, 4}
            ):
                position += 1
            return position
        return first

    def _time_start(self, last: int) -> int | None:
        """Return where the temporal phrase that ends with the token `last` begins ("on Monday", "in the past")."""
        doc = self.reading.doc
        for first in range(last - 1, max(self.start, last - 5) - 1, -1):
            if doc[first].lower_ in {"on", "in", "at", "since", "by", "late", "early"}:
                return first if self._skip_time(first) == last + 1 else None
        return None

    def _skip_phrase(self, position: int) -> int:
        """Return the token behind the short noun phrase at `position`: addressees and circumstances of the speaking."""
        doc = self.reading.doc
        timed = self._skip_time(position)
        if position >= self.end or timed > position:
            return timed
        if doc[position].tag_ == "PRP":
            return position + 1
        first = position
        seen_noun = False
        while position < self.end:
            token = doc[position]
            if position > first and self._quote_edge(position - 1, position):
                break
            if seen_noun and self._begins_clause_subject(token):
                left = max(token.left_edge.i, first)
                return left if left > first and token.tag_ in _NOUNS else position
            if token.tag_ in _NOUNS:
                seen_noun = True
            elif token.tag_ in NP_TAGS:
                seen_noun = seen_noun and token.tag_ in {"POS", "HYPH"}
            elif token.lower_ == "of" and seen_noun:
                seen_noun = False
            else:
                break
            position += 1
        return position

    def _begins_clause_subject(self, token: Token) -> bool:
        """Tell whether the subject of the clause that follows begins here ("told reporters the army")."""
        if token.tag_ in _NOUNS:
            return bool(token.dep_.startswith("nsubj") and token.head.i > token.i)
        if token.tag_ == "JJ":
            return bool(token.head.dep_.startswith("nsubj"))
        return token.tag_ in {"DT", "PRP$", "CD"}

    def _has_finite(self, span: tuple[int, int]) -> bool:
        first, last = self.reading.tokens_between(*span)
        return any(t.tag_ in FINITE_TAGS for t in self.reading.doc[first:last])

    def _ends_quoted(self, span: tuple[int, int]) -> bool:
        return any(q.is_closed and q.char_end == span[1] for q in self.reading.quotes)

    def _quoted(self, index: int) -> bool:
        return self.reading.in_quote(self.reading.starts[index]) is not None

    def _quote_edge(self, left: int, right: int) -> bool:
        """Tell whether a quotation begins or ends between two tokens."""
        if left < 0 or right >= len(self.reading.starts):
            return False
        a, b = self.reading.ends[left], self.reading.starts[right]
        return any(a <= q.char_start < b or a < q.char_end <= b for q in self.reading.quotes)

    def _is_small_quote(self, index: int) -> bool:
        quote = self.reading.in_quote(self.reading.starts[index])
        return quote is not None and quote.char_end - quote.char_start < 20

    def _opening_quote(self, position: int) -> Quote | None:
        """Return the closed quotation that opens right before the token at `position`."""
        if position > len(self.reading.starts):
            return None
        a = self.reading.ends[position - 1] if position > 0 else 0
        b = (
            self.reading.starts[position]
            if position < len(self.reading.starts)
            else len(self.reading.body)
        )
        if position >= self.end:
            return None
        return next((q for q in self.reading.quotes if a <= q.char_start < b and q.is_closed), None)

    def _quote_before(self, anchor: int) -> Quote | None:
        """Return the closed quotation that ends right before an offset; a comma or a space may stand between."""
        earliest = anchor
        while earliest and self.reading.body[earliest - 1] in _BEFORE_ANCHOR:
            earliest -= 1
        return next(
            (q for q in self.reading.quotes if q.is_closed and earliest <= q.char_end <= anchor),
            None,
        )

    def _is_heading(self) -> bool:
        return self.reading.sentences[self.sentence_index].section in {"headline", "heading"}

    def _is_final(self, position: int) -> bool:
        """Tell whether only a time and the full stop follow: "Six people died a monitoring group said on Friday."."""
        position = self._skip_time(position)
        return all(token.is_punct for token in self.reading.doc[position : self.end])

    def _follows_comma(self, index: int) -> bool:
        position = index - 1
        while position >= self.start and self.reading.doc[position].tag_ in {"RB", "CC"}:
            position -= 1
        return position >= self.start and (
            self.reading.doc[position].text in {","} | DASHES
            or self._quote_edge(position, position + 1)
        )

    def _is_with_absolute(self, position: int) -> bool:
        phrase = self._left_phrase(position)
        return (
            phrase is not None
            and phrase[0] > self.start
            and self.reading.doc[phrase[0] - 1].lower_ == "with"
        )

    def _is_expletive_passive(self, cue: Cue) -> bool:
        return cue.token_start > self.start and self.reading.doc[cue.token_start - 1].lower_ == "it"

    def _trimmed(self, first: int, last: int) -> tuple[int, int] | None:
        """Return the offsets of tokens [first, last) without final punctuation, with the marks of inner quotations."""
        doc = self.reading.doc
        last = min(last, self.end)
        while last > first and doc[last - 1].text in {
            ".",
            ",",
            ";",
            ":",
            "-",
            "--",
            "\u2013",
            "\u2014",
        }:
            if self.reading.in_quote(self.reading.starts[last - 1]) is not None:
                break
            last -= 1
        while first < last and doc[first].text in {",", ":", ";"}:
            first += 1
        if last <= first:
            return None
        return self._whole_quote(self.reading.span(first, last))

    def _whole_quote(self, span: tuple[int, int]) -> tuple[int, int]:
        """Extend a span over the marks of the quotations that begin or end at its edges."""
        start, end = span
        for quote in self.reading.quotes:
            if not quote.is_closed:
                continue
            if (
                quote.inner_start <= start < quote.inner_end
                and not self.reading.body[quote.inner_start : start].strip()
            ):
                start = quote.char_start
            if start <= quote.char_start < end <= quote.char_end:
                end = quote.char_end
        return start, end


def starts_phrase(token: Token) -> bool:
    """Tell whether a noun phrase may begin here; the tagger takes "both" for a conjunction."""
    return token.tag_ in NP_STARTS | {"CD"} or token.lower_ in {"both", "all", "either"}
