"""The content of an attribution: the words that a reporting expression reports, and where they end.

A content ends with the sentence, with its quotation, or where the journalist or the next report takes over.
"""

from __future__ import annotations

from dataclasses import dataclass

from extract.facts.attribution_sources import SourceReader
from extract.facts.cues import FINITE_TAGS, VERB_TAGS, Cue, lemma_of, verb_entry
from extract.facts.sentence_surface import (
    DASHES,
    NP_STARTS,
    NP_TAGS,
    SUBORDINATORS,
    TIME_WORDS,
    starts_phrase,
)
from extract.language.parse import Token
from extract.language.quotes import Quote

_ADVERBIAL_PREPOSITIONS = frozenset(
    "on in at to during via through from after before by over with following near outside".split()
)
_QUESTION_WORDS = frozenset("whether if how what why who where when which".split())
_OPENING_MARKS = frozenset(
    {"after", "when", "as", "while", "before", "although", "though", "since"}
)
_JOURNALIST_MARKS = frozenset(
    "as while after before when although though amid even despite".split()
)
_SUMMARY_WORDS = frozenset("first second third latest last only".split())
_ALWAYS_ADDRESSED = frozenset("tell inform assure reassure remind notify brief convince".split())
_KEEPS_OBJECT = frozenset(
    "urge;call on;call upon;order;instruct;command;require;direct;ask;beg;implore;exhort;encourage;advise;invite;press"
    ";lobby;petition;request;accuse;blame;allow;want;expect;implicate;fault;believe;consider;claim;estimate;predict"
    ";rebuke;scold;chide;castigate;chastise;thank;congratulate;warn;caution;hold responsible;hold accountable"
    ";demand".split(";")
)
_ADDRESSEE_LIMIT = 12
_PHRASE_ENDS = frozenset("after while when before because amid but".split())
_CONTRASTS = frozenset("while whereas as though although".split())
_OCCASIONS = frozenset("statement interview briefing speech post tweet".split())


@dataclass(frozen=True, slots=True)
class ContentReader(SourceReader):
    """Finds the contents of one sentence."""

    def _right_content(self, cue: Cue, position: int) -> tuple[int, int, str] | None:
        """Return start, end and form of the content behind the cue; circumstances of the speaking are stepped over."""
        after_comma = False
        for _ in range(_ADDRESSEE_LIMIT):
            quote = self._opening_quote(position)
            takes_quote = "quote" in cue.entry.takes
            if (
                quote is not None
                and takes_quote
                and (position > cue.after or cue.entry.cue_kind == "verb")
            ):
                return quote.char_start, self._quoted_end(cue, quote), "quote"
            if position >= self.end:
                return None
            marked = self._marked_content(cue, position, after_comma=after_comma)
            if marked is not None:
                return marked
            following = self._skip_circumstance(cue, position, after_comma=after_comma)
            if following == position:
                return None if after_comma else self._bare_content(cue, position)
            after_comma = after_comma or self.reading.doc[following - 1].text == ","
            position = following
        return None

    def _marked_content(
        self, cue: Cue, position: int, *, after_comma: bool
    ) -> tuple[int, int, str] | None:
        """Return a content that a word announces: a colon, "that", a question word, "to"."""
        doc = self.reading.doc
        token, takes = doc[position], cue.entry.takes
        word = token.lower_
        if token.text == ":":
            return self._after_colon(cue, position)
        if word == "that" and "that" in takes and token.tag_ != "WDT":
            return self._clause(cue, position, "that")
        if after_comma:
            return None
        if word in _QUESTION_WORDS and takes & {"that", "whether"}:
            return self._clause(cue, position, "clause")
        is_infinitive = position + 1 < self.end and doc[position + 1].tag_ != "CD"
        if token.tag_ == "TO" and "infinitive" in takes and is_infinitive:
            return self._clause(cue, position, "infinitive")
        return None

    def _skip_circumstance(self, cue: Cue, position: int, *, after_comma: bool) -> int:
        """Return the token behind a comma, a time, a place, an addressee or an adverb at `position`."""
        token = self.reading.doc[position]
        if token.text == ",":
            is_stop = after_comma or (position == cue.after and cue.entry.strength == "weak")
            return position if is_stop else self._skip_citation(position)
        timed = self._skip_time(position)
        if timed > position or after_comma:
            return timed
        if token.lower_ in _ADVERBIAL_PREPOSITIONS and token.lower_ not in cue.entry.takes:
            following = self._skip_phrase(position + 1)
            return following if following > position + 1 else position
        if token.tag_ in {"RB", "RBR"} and not self._opens_clause(position, cue):
            return position + 1
        if cue.entry.lemma in _ALWAYS_ADDRESSED and position == cue.after:
            return self._skip_phrase(position)
        return position

    def _skip_citation(self, comma: int) -> int:
        """Return the token behind a comma, and behind ", citing police," where that follows."""
        doc = self.reading.doc
        if comma + 1 < self.end and doc[comma + 1].lower_ in {"citing", "quoting"}:
            commas = (i for i in range(comma + 2, self.end) if doc[i].text == ",")
            return next(commas, comma) + 1
        return comma + 1

    def _bare_content(self, cue: Cue, position: int) -> tuple[int, int, str] | None:
        """Return a content that no word announces: a clause, an object, a noun phrase behind a preposition."""
        token, takes = self.reading.doc[position], cue.entry.takes
        if token.lower_ in takes and token.tag_ in {"IN", "TO", "RP"}:
            return self._phrase(cue, position + 1, "preposition")
        objectual = self._object_content(cue, position)
        if objectual is not None:
            return objectual
        if "that" in takes and cue.entry.strength != "weak" and self._opens_clause(position, cue):
            return self._clause(cue, position, "clause")
        if "gerund" in takes and token.tag_ == "VBG":
            return self._phrase(cue, position, "object")
        if token.lower_ == "no" and cue.entry.speech_act == "OFFER":
            return None
        if "object" in takes and token.tag_ in NP_STARTS | {"CD", "RB", "VBN"}:
            return self._phrase(cue, position, "object")
        if takes & {"quote", "as"} and cue.entry.object_role == "content":
            return self._evaluated_object(cue, position)
        return None

    def _object_content(self, cue: Cue, position: int) -> tuple[int, int, str] | None:
        """Return content that begins with an object: "X to leave", "X of killing Y", or stands behind an addressee."""
        doc = self.reading.doc
        if (
            cue.entry.object_role not in {"addressee", "target"}
            and cue.entry.lemma not in _KEEPS_OBJECT
        ):
            return None
        if not starts_phrase(doc[position]):
            return None
        end = self._object_end(position)
        if end <= position or end >= self.end:
            return None
        following = doc[end]
        takes = cue.entry.takes
        keeps = cue.entry.lemma in _KEEPS_OBJECT
        if following.lower_ == "that" and "that" in takes and cue.entry.object_role:
            if cue.entry.object_role in {"addressee", "target"}:
                return self._clause(cue, end, "that")
            return None
        quote = self._opening_quote(end)
        if quote is not None and "quote" in takes and cue.entry.object_role == "addressee":
            return quote.char_start, self._quoted_end(cue, quote), "quote"
        if following.tag_ == "TO" and "infinitive" in takes:
            return self._clause(cue, position if keeps else end, "infinitive")
        if following.lower_ in takes and following.tag_ in {"IN", "RP"}:
            if cue.entry.object_role == "target" or keeps:
                return self._clause(cue, position, "preposition")
            return self._phrase(cue, end + 1, "preposition")
        return None

    def _object_end(self, position: int) -> int:
        """Return the end of the object's noun phrase, read narrowly: "of" belongs to it, other prepositions do not."""
        doc = self.reading.doc
        if doc[position].tag_ == "PRP":
            return position + 1
        first = position
        while position < self.end:
            token = doc[position]
            if token.tag_ in NP_TAGS or (position == first and starts_phrase(token)):
                if position > first and token.tag_ in {"DT", "PRP$"} and doc[position - 1].tag_ in {
                    "NN", "NNS", "NNP", "NNPS",
                }:  # fmt: skip
                    break
                position += 1
            elif (
                (
                    token.tag_ == "CC"
                    and position + 1 < self.end
                    and doc[position + 1].tag_ in NP_STARTS
                )
                or (
                    token.tag_ == "VBG"
                    and position + 1 < self.end
                    and doc[position + 1].tag_ in NP_TAGS
                )
                or (
                    token.lower_ in {"in", "from", "at"}
                    and position + 1 < self.end
                    and doc[position + 1].tag_ in NP_STARTS
                )
            ):
                position += 1
            else:
                break
        return position

    def _evaluated_object(self, cue: Cue, position: int) -> tuple[int, int, str] | None:
        """Return "the strike a 'crime'" and "the raid as a crime": an object with what it is called."""
        doc = self.reading.doc
        if doc[position].tag_ not in NP_STARTS | {"CD"}:
            return None
        end = self._clause_end(cue, position, self.end)
        for index in range(position, end):
            quote = self._opening_quote(index)
            if quote is not None and "quote" in cue.entry.takes and index - position <= 8:
                return self.reading.starts[position], self._quoted_end(cue, quote), "object"
            if doc[index].lower_ == "as" and "as" in cue.entry.takes and index > position:
                span = self._trimmed(position, end)
                return (*span, "object") if span else None
            if doc[index].tag_ in FINITE_TAGS:
                return None
        return None

    def _clause(self, cue: Cue, position: int, form: str) -> tuple[int, int, str] | None:
        if position >= self.end:
            return None
        end = self._clause_end(cue, position, self.end, form)
        span = self._trimmed(position, end)
        return (*span, form) if span else None

    def _phrase(self, cue: Cue, position: int, form: str) -> tuple[int, int, str] | None:
        """Return a nominal content: up to the end of the clause, cut at a comma or a new finite clause."""
        if position >= self.end:
            return None
        limit = self._clause_end(cue, position, self.end, form)
        end = next(
            (
                index
                for index in range(position + 1, limit)
                if not self._quoted(index)
                and (self._parts_phrase(cue, index, limit) or self._dates_speaking(index, limit))
            ),
            limit,
        )
        span = self._trimmed(position, end)
        return (*self._whole_quote(span), form) if span is not None else None

    def _parts_phrase(self, cue: Cue, index: int, limit: int) -> bool:
        """Tell whether a noun phrase ends before this token: punctuation, a subordinate clause, another verb."""
        token = self.reading.doc[index]
        if token.text in {",", ";", ":"}:
            return not self._is_list_comma(index, limit)
        if token.text in DASHES:
            return token.tag_ != "HYPH"
        if token.lower_ == "as":
            return "as" not in cue.entry.takes
        if token.lower_ in _PHRASE_ENDS:
            return True
        return token.tag_ == "CC" and index + 1 < limit and self._is_verb(index + 1, limit)

    def _dates_speaking(self, index: int, limit: int) -> bool:
        """Tell whether "in a statement", "on Monday" or a closing weekday begins here: they belong to the cue."""
        doc = self.reading.doc
        token = doc[index]
        if token.lower_ == "in":
            return lemma_of(doc[min(index + 2, limit - 1)]) in _OCCASIONS
        if token.lower_ == "on":
            return doc[min(index + 1, limit - 1)].lower_ in TIME_WORDS
        return token.lower_ in TIME_WORDS and token.tag_ in {"NNP", "NN"} and index + 1 >= limit

    def _is_verb(self, index: int, limit: int) -> bool:
        """Tell whether a verb begins here that is coordinated with the cue; adverbs may stand before it."""
        doc = self.reading.doc
        while index + 1 < limit and doc[index].tag_ in {"RB", "RBR"}:
            index += 1
        token = doc[index]
        is_cue = verb_entry(token) is not None and token.tag_ in {"VBN", "VBD"}
        return token.tag_ in FINITE_TAGS or is_cue

    def _is_list_comma(self, comma: int, limit: int) -> bool:
        """Tell whether a comma separates items of an enumeration that ends with "and" or "or"."""
        doc = self.reading.doc
        for index in range(comma + 1, min(comma + 8, limit)):
            token = doc[index]
            if token.tag_ == "CC":
                return True
            if token.tag_ in FINITE_TAGS or token.tag_ in {"WDT", "WP", "VBG"}:
                return False
        return False

    def _after_colon(self, cue: Cue, colon: int) -> tuple[int, int, str] | None:
        quote = self._opening_quote(colon + 1)
        if quote is not None:
            return quote.char_start, self._quoted_end(cue, quote), "quote"
        if colon + 1 < self.end:
            return self._clause(cue, colon + 1, "clause")
        following = self.reading.ends[colon]
        quote = next((q for q in self.reading.quotes if q.char_start >= following), None)
        if (
            quote
            and quote.is_closed
            and not self.reading.body[following : quote.char_start].strip()
        ):
            return quote.char_start, quote.char_end, "quote"
        return None

    def _quoted_end(self, cue: Cue, quote: Quote) -> int:
        """Return the end of a content that begins with a quotation: the mark, or the clause that goes on behind it."""
        if not quote.is_closed:
            return quote.char_end
        body = self.reading.body
        sentence_end = self.reading.ends[self.end - 1]
        if quote.char_end >= sentence_end - 1 or body[quote.inner_end - 1] in ".!?,":
            return quote.char_end
        rest = body[quote.char_end : sentence_end].lstrip()
        if not rest or not rest[0].isalpha():
            return quote.char_end
        first, _ = self.reading.tokens_between(quote.char_end, sentence_end)
        tag = self.reading.doc[first].tag_ if first < self.end else ""
        if tag in {"IN", "CC", "WDT", "VBG", "RB", "TO", "WRB"} and not self._has_finite(
            (quote.char_end, sentence_end)
        ):
            span = self._trimmed(first, self._clause_end(cue, first, self.end))
            return span[1] if span and tag != "CC" else quote.char_end
        if tag in FINITE_TAGS | {"NN", "NNS", "NNP"}:
            end = self._clause_end(cue, first, self.end)
            span = self._trimmed(first, end)
            return span[1] if span else quote.char_end
        return quote.char_end

    def _clause_end(self, cue: Cue, position: int, limit: int, form: str = "") -> int:
        """Return the token where a content clause that begins at `position` ends.

        That is the sentence's end, or the first place where the journalist or the next report takes over.
        """
        doc = self.reading.doc
        limit = min(limit, self._governing_limit(cue, position))
        dashes = [t for t in doc[self.start : cue.token_start] if _is_dash(t)]
        is_phrase = doc[position].tag_ == "TO" or form in {"object", "preposition", "infinitive"}
        for index in range(position + 1, limit):
            token = doc[index]
            if self._quoted(index):
                continue
            if token.tag_ == "CC" and self._is_sibling_verb(cue, index + 1, limit):
                return index
            if _is_dash(token) and len(dashes) % 2:
                return index
            if token.text == ";" and self._reports_again(index + 1, limit):
                return index
            is_edge = token.text == "," or token.text in DASHES
            if is_edge and self._takes_over(cue, index + 1, limit, is_phrase=is_phrase):
                return index
        return limit

    def _takes_over(self, cue: Cue, index: int, limit: int, *, is_phrase: bool) -> bool:
        """Tell whether somebody else, or another report, speaks from the token behind a comma on."""
        doc = self.reading.doc
        if (
            index >= limit
            or self._is_participle_cue(index, limit)
            or self._is_summary(index, limit)
        ):
            return True
        word = doc[index].lower_
        if word in {"according", "per"}:
            return True
        if word == "with":
            return any(t.tag_ == "VBG" for t in doc[index + 1 : min(index + 8, limit)])
        if doc[index].tag_ == "CC":
            return self._is_sibling_verb(cue, index + 1, limit) or self._is_next_report(
                cue, index + 1, limit, is_phrase=is_phrase
            )
        if word in _CONTRASTS and self._is_next_report(cue, index + 1, limit, is_phrase=False):
            return True
        return word in _JOURNALIST_MARKS and self._is_journalists(cue, index, limit)

    def _governing_limit(self, cue: Cue, position: int) -> int:
        """Return where the cue's own clause ends when another clause follows it ("after X said Y, Z happened")."""
        doc = self.reading.doc
        token = cue.token
        if cue.entry.cue_kind == "noun":
            return self._subject_limit(token, position)
        if cue.entry.cue_kind != "verb":
            return self.end
        opening = self._opening_clause_end(cue, position)
        if opening is not None:
            return opening
        if token.dep_ == "advcl" and token.head.i > token.i:
            subject = next((c for c in token.head.children if c.dep_.startswith("nsubj")), None)
            edge = subject.left_edge.i if subject is not None else token.head.i
            if edge > position:
                commas = [i for i in range(position, edge) if doc[i].text == ","]
                if commas:
                    return commas[-1]
        if token.dep_ == "acl:relcl":
            right = token.right_edge.i + 1
            if position < right < self.end - 1 and doc[right].text == ",":
                return right
        return self.end

    def _opening_clause_end(self, cue: Cue, position: int) -> int | None:
        """Return where an opening adverbial clause that holds the cue ends ("Hours after X said Y, …")."""
        doc = self.reading.doc
        before = doc[self.start : cue.token_start]
        mark = next((t.i for t in before[:4] if t.lower_ in _OPENING_MARKS), None)
        if mark is None or any(t.text == "," for t in before):
            return None
        for index in range(position + 2, self.end):
            if (
                doc[index].text == ","
                and not self._quoted(index)
                and self._finite_before_stop(index + 1)
            ):
                return index
        return None

    def _subject_limit(self, noun: Token, position: int) -> int:
        """Return where the predicate begins whose subject holds the noun ("its claim that … could not be verified")."""
        predicate = noun.head
        if not noun.dep_.startswith("nsubj") or predicate.i <= position:
            verbs = [t.i for t in self.reading.doc[position : self.end] if t.tag_ in FINITE_TAGS]
            is_subject = noun.dep_.startswith("nsubj") or noun.i - self.start <= 4
            return verbs[1] if is_subject and len(verbs) > 1 else self.end
        first = min(
            (c.i for c in predicate.lefts if c.dep_ in {"aux", "aux:pass", "cop"}),
            default=predicate.i,
        )
        return first if first > position + 1 else self.end

    def _is_sibling_verb(self, cue: Cue, index: int, limit: int) -> bool:
        """Tell whether the same speaker's next cue begins here ("said … and called for …")."""
        doc = self.reading.doc
        while index < limit and doc[index].tag_ in {"RB", "RBR"}:
            index += 1
        if index >= limit or cue.entry.cue_kind != "verb":
            return False
        token = doc[index]
        if token.tag_ != cue.token.tag_ or token.tag_ not in {"VBD", "VBZ", "VBP", "VBG"}:
            return False
        entry = verb_entry(token)
        is_naming = (
            entry is not None
            and entry.strength == "weak"
            and "quote" in entry.takes
            and any(
                self._opening_quote(i) is not None for i in range(index + 1, min(index + 7, limit))
            )
        )
        return (
            entry is not None
            and entry.attitude == "speech"
            and (entry.strength != "weak" or is_naming)
            and (
                is_naming
                or token.head.i == cue.token.i
                or token.dep_ == "conj"
                and token.head.i <= cue.token.i
            )
        )

    def _is_next_report(self, cue: Cue, index: int, limit: int, *, is_phrase: bool) -> bool:
        """Tell whether a clause with another subject begins that is no content.

        A finite clause cannot go on an infinitive or a noun phrase; "and the rebels said" begins the next report.
        """
        doc = self.reading.doc
        nominal = False
        for token in doc[index : min(index + 12, limit)]:
            if token.tag_ in FINITE_TAGS:
                entry = verb_entry(token)
                is_report = (
                    entry is not None
                    and entry.attitude == "speech"
                    and entry.strength == "strong"
                    and token.tag_ == cue.token.tag_
                )
                return nominal and (is_phrase or is_report)
            if token.tag_ in {"NN", "NNS", "NNP", "NNPS", "PRP"}:
                nominal = True
            elif token.text in {",", ";", ":"} or token.lower_ in SUBORDINATORS:
                return False
        return False

    def _reports_again(self, index: int, limit: int) -> bool:
        """Tell whether the next main clause has a reporting verb ("…; the army has not confirmed it")."""
        for token in self.reading.doc[index : min(index + 12, limit)]:
            entry = verb_entry(token) if token.tag_ in VERB_TAGS else None
            if entry is not None and entry.attitude == "speech" and entry.strength == "strong":
                return True
            if token.text in {",", ";"}:
                return False
        return False

    def _is_summary(self, index: int, limit: int) -> bool:
        """Tell whether the journalist sums up: ", the deadliest attack in years", ", the first such death"."""
        doc = self.reading.doc
        if doc[index].lower_ not in {"the", "its", "their"} or index + 1 >= limit:
            return False
        word = doc[index + 1]
        if word.lower_ not in _SUMMARY_WORDS and word.tag_ != "JJS" and word.lower_ != "most":
            return False
        noun = next(
            (t.i for t in self.reading.doc[index + 1 : limit] if t.tag_ in {"NN", "NNS"}), limit
        )
        return not self._finite_before_stop(noun)

    def _is_journalists(self, cue: Cue, index: int, limit: int) -> bool:
        """Tell whether the adverbial clause at `index` hangs on the cue, not on the content."""
        for token in self.reading.doc[index : min(index + 12, limit)]:
            if token.dep_ == "advcl":
                return bool(token.head.i == cue.token.i or token.head.i < cue.token.i)
        return False

    def _left_content(self, group_start: int, *, is_final: bool) -> tuple[int, int] | None:
        """Return the offsets of what stands before source and cue.

        A comma or a quotation's end parts them; none is needed where the cue ends the sentence (`is_final`).
        """
        if group_start >= len(self.reading.starts):
            return None
        quote = self._quote_before(self.reading.starts[group_start])
        if quote is not None:
            return self._left_quoted(quote)
        if group_start <= self.start or self._quoted(group_start):
            return None
        previous = self.reading.doc[group_start - 1]
        is_parted = previous.text in {",", "?", "!"} | DASHES
        is_joined = previous.lower_ in SUBORDINATORS or previous.tag_ in {"IN", "TO"}
        if not is_parted and (not is_final or is_joined):
            return None
        last = group_start
        if previous.text in {","} | DASHES and group_start - 2 >= self.start:
            last = group_start - 1
        start, end = self._left_start(self.start), self.reading.ends[last - 1]
        # Before a cue that ends the sentence a participle may be a past tense read wrongly.
        has_verb = self._has_finite((start, end)) or (
            is_final and any(t.tag_ == "VBN" for t in self.reading.doc[self.start : last])
        )
        if end <= start or not (has_verb or self._is_heading()):
            return None
        opening = self.reading.doc[self.start : last]
        is_adverbial = any(t.lower_ in _OPENING_MARKS for t in opening[:4])
        if is_adverbial and not any(t.text == "," for t in opening):
            return None
        return self._whole_quote((start, end))

    def _left_quoted(self, quote: Quote) -> tuple[int, int]:
        """Return a content that ends with a quotation: the quotation, with the clause that it completes."""
        sentence_start = self.reading.starts[self.start]
        lead = self.reading.body[min(sentence_start, quote.char_start) : quote.char_start]
        first, last = self.reading.tokens_between(sentence_start, quote.char_start)
        is_whole = (
            quote.char_start <= sentence_start or not lead.strip(' "\u201c`') or last <= first
        )
        if is_whole or self.reading.doc[last - 1].text in {",", ":", ";"}:
            return quote.char_start, quote.char_end
        return self._left_start(first), quote.char_end

    def _left_start(self, first: int) -> int:
        """Return the offset where a preceding content begins: the sentence, with an opening quotation mark."""
        quote = self._opening_quote(first)
        if quote is not None:
            return quote.char_start
        return self.reading.starts[first]

    def _interrupted_right(self, position: int) -> tuple[int, int, str] | None:
        """Return the quotation that goes on behind ", he said,"; adverbials may stand between."""
        for index in range(position, min(position + _ADDRESSEE_LIMIT, self.end + 1)):
            quote = self._opening_quote(index)
            if quote is not None:
                return quote.char_start, quote.char_end, "quote"
            if index >= self.end or self.reading.doc[index].tag_ in FINITE_TAGS | {"VBG"}:
                return None
            if self.reading.doc[index].lower_ in {"that", "and", "but"}:
                return None
        return None

    def _after_comma(self, position: int) -> tuple[int, int] | None:
        """Return the tokens behind the comma that closes an interruption: "X, he said on Monday, Y"."""
        doc = self.reading.doc
        for _ in range(4):
            if position >= self.end:
                return None
            if doc[position].text == ",":
                return position + 1, self.end
            skipped = self._skip_time(position)
            if skipped == position and doc[position].lower_ in _ADVERBIAL_PREPOSITIONS:
                skipped = self._skip_phrase(position + 1)
            if skipped == position:
                skipped = self._skip_phrase(position)
            if skipped <= position:
                return None
            position = skipped
        return None

    def _starts_cue_or_adverbial(self, index: int) -> bool:
        doc = self.reading.doc
        if index >= self.end:
            return True
        return doc[index].tag_ in {"VBG", "WDT", "WP", "WRB", "IN", "CC"} or doc[index].lower_ in {
            "adding",
            "with",
            "as",
            "while",
            "after",
            "a",
            "who",
        }


def _is_dash(token: Token) -> bool:
    return token.text in DASHES and token.tag_ != "HYPH"
