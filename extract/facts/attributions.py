"""Raw attributions: for every reporting expression whose words it reports and which words they are.

Two readers look at each cue. One follows the parse (subject, complement clause); the other looks at the surface only
(what stands next to the cue, quotation marks, commas). `Attribution.agreement` says whether they meet. Who the source
is belongs in `speakers.py`, records and dates in `statements.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from spacy.tokens import Token

from extract.facts.cues import (
    FINITE_TAGS,
    VERB_TAGS,
    Cue,
    cue_entries,
    find_cues,
    lemma_of,
    verb_entry,
)
from extract.language.quotes import Quote
from extract.language.reading import Reading

NOMINAL_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS", "PRP", "CD", "DT", "WP", "EX"})
_NP_TAGS = frozenset(
    {"DT", "PDT", "JJ", "JJR", "JJS", "NN", "NNS", "NNP", "NNPS", "POS", "PRP$", "CD", "HYPH", "VBN"}
)
_NP_STARTS = frozenset({"DT", "PDT", "JJ", "JJR", "JJS", "NN", "NNS", "NNP", "NNPS", "PRP", "PRP$"})
_LINKS = frozenset({"of", "for", "from", "in", "at", "with", "on", "to"})
_PRONOUN_SOURCES = frozenset({"some", "many", "others", "both", "several", "all", "most", "few"})
_ENVOYS = frozenset({"adviser", "advisor", "aide", "ambassador", "envoy", "delegate", "candidate"})
_TIME_WORDS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow tonight earlier later recently"
    " mon tue wed thu fri sat sun overnight meanwhile separately also again previously afterwards early late now then"
    " repeatedly publicly".split()
)
_TIME_NOUNS = frozenset(
    "day week weekend month year morning afternoon evening night noon midnight hour january february march april may"
    " june july august september october november december monday tuesday wednesday thursday friday saturday"
    " sunday".split()
)
_ADVERBIAL_PREPOSITIONS = frozenset(
    "on in at to during via through from after before by over with following near outside".split()
)
_QUESTION_WORDS = frozenset("whether if how what why who where when which".split())
_SUBORDINATORS = frozenset(
    "that which who whom whose where when while after before as because since if unless although though".split()
)
_JOURNALIST_MARKS = frozenset("as while after before when although though amid even despite".split())
_SUMMARY_WORDS = frozenset("first second third latest last only".split())
_ALWAYS_ADDRESSED = frozenset("tell inform assure reassure remind notify brief convince".split())
_KEEPS_OBJECT = frozenset(
    "urge;call on;call upon;order;instruct;command;require;direct;ask;beg;implore;exhort;encourage;advise;invite;press"
    ";lobby;petition;request;accuse;blame;allow;want;expect;implicate;fault;believe;consider;claim;estimate;predict"
    ";rebuke;scold;chide;castigate;chastise;thank;congratulate;warn;caution;hold responsible;hold accountable"
    ";demand".split(";")
)
_NO_CONTENT_NEEDED = frozenset(
    "accuse;blame;decline comment;claim responsibility;claim credit;deny responsibility;take responsibility"
    ";admit responsibility;accept responsibility;hold responsible;hold accountable;express condolences"
    ";offer condolences".split(";")
)
_DASHES = frozenset({"-", "--", "\u2013", "\u2014"})
_CLOSING_SPACE = " \n,"
_ADDRESSEE_LIMIT = 12


@dataclass(frozen=True, slots=True)
class Attribution:
    """One attribution. `source` is a token range, `content` body offsets; either is None where there is none.

    `agreement` counts the readers that found this source and content (0 to 2 each way). `form` says how the content
    was found: that, quote, clause, infinitive, preposition, object, left, interrupted, continued, implicit.
    """

    cue: Cue | None
    sentence_index: int
    source: tuple[int, int] | None
    content: tuple[int, int] | None
    form: str
    agreement: float
    carrier: tuple[int, int] | None = None
    is_inherited_source: bool = False
    is_sibling: bool = False


def find_attributions(reading: Reading) -> tuple[Attribution, ...]:
    """Return the attributions of the article in reading order of their cues."""
    found: list[Attribution] = []
    for sentence in reading.sentences:
        if sentence.section == "dateline":
            continue
        start, end = reading.sentence_tokens(sentence.sentence_index)
        if start >= end:
            continue
        clause = _Clause(reading, sentence.sentence_index, start, end)
        found.extend(clause.attributions())
    return tuple(_with_continued_quotes(reading, found))


@dataclass(frozen=True, slots=True)
class _Clause:
    """One sentence under the two readers."""

    reading: Reading
    sentence_index: int
    start: int
    end: int

    def attributions(self) -> list[Attribution]:
        found: list[Attribution] = []
        cues = find_cues(self.reading.doc, self.start, self.end)
        for cue in cues:
            found.extend(self._with_main_source(a, found) for a in self._read_cue(cue))
        if not found:
            found.extend(self._heading_colon())
        return self._with_carriers(found, cues)

    def _with_main_source(self, attribution: Attribution, before: list[Attribution]) -> Attribution:
        """Give a participle behind a comma ("…, adding that") the source of the report that it goes on."""
        cue = attribution.cue
        if cue is None or not cue.is_participle or not attribution.is_inherited_source:
            return attribution
        main = next(
            (
                a
                for a in before
                if a.cue is not None
                and a.source is not None
                and a.cue.entry.cue_kind == "verb"
                and not a.cue.is_participle
                and a.cue.entry.attitude == "speech"
            ),
            None,
        )
        return replace(attribution, source=main.source) if main is not None else attribution

    # -- one cue -----------------------------------------------------------------------------------------------

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
        source, agreement, inherited = self._source(cue)
        anonymous = source is None and cue.is_passive and self._is_expletive_passive(cue)
        if source is None and not anonymous:
            return
        if source is not None and cue.is_passive and source[1] <= cue.token_start:
            return
        group_start = cue.token_start
        group_end = cue.after
        if source is not None and not inherited:
            group_start = min(group_start, source[0])
            if source[0] >= cue.after:
                group_end = source[1]
        left = self._left_content(group_start, is_final=self._is_final(group_end))
        left_quote = left is not None and self._ends_quoted(left)
        right = None if left_quote else self._right_content(cue, group_end)
        if left_quote:
            right = self._interrupted_right(group_end)
        if right is not None:
            content_start, content_end, form = right
            if left_quote and left is not None:
                yield self._attribution(cue, source, left, "left", agreement + 0.5, inherited)
                form = "interrupted"
            yield self._attribution(
                cue, source, (content_start, content_end), form, agreement, inherited
            )
            return
        if left is None and not cue.is_participle and "that" in cue.entry.takes:
            rest = self._interrupted_clause(cue, group_start, group_end)
            if rest is not None:
                yield self._attribution(cue, source, rest, "interrupted", agreement, inherited)
                return
        if left is not None and not cue.is_participle and "that" in cue.entry.takes | {
            "that" if left_quote else ""
        }:
            is_inverted = source is not None and source[0] >= cue.after
            rest = None if is_inverted else self._after_comma(group_end)
            has_verb = left_quote or self._has_finite(left) or self._is_heading()
            if has_verb:
                yield self._attribution(cue, source, left, "left", agreement, inherited)
            if rest is not None and not self._starts_cue_or_adverbial(rest[0]):
                span = self._trimmed(rest[0], self._clause_end(cue, rest[0], rest[1]))
                if span and self._has_finite(span):
                    yield self._attribution(cue, source, span, "interrupted", agreement, inherited)
            return
        if cue.entry.lemma in _NO_CONTENT_NEEDED:
            yield self._attribution(cue, source, None, "implicit", agreement, inherited)

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

    # -- the source --------------------------------------------------------------------------------------------

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
            if token.dep_ in {"conj", "advcl", "xcomp", "parataxis", "acl"} and token.head is not token:
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

    def _noun_phrase(self, token: Token) -> tuple[int, int]:
        """Return the range of a noun with what stands before it and its "of", "for", "from" phrases."""
        left = min((c.left_edge.i for c in token.lefts if c.tag_ in _NP_TAGS), default=token.i)
        right = token.i + 1
        for child in token.rights:
            if child.dep_ in {"flat", "nmod"} and child.left_edge.i == right:
                right = child.right_edge.i + 1
        return max(left, self.start), min(right, self.end)

    def _surface_subject(self, cue: Cue) -> tuple[int, int] | None:
        doc = self.reading.doc
        position = cue.token_start - 1
        while position >= self.start and (
            doc[position].tag_ in {"RB", "RBR"} or doc[position].lower_ in _TIME_WORDS
        ):
            if self._quote_edge(position, position + 1):
                break
            position -= 1
        if position < self.start or self._quote_edge(position, cue.token_start):
            return None if cue.is_participle else self._inverted_subject(cue)
        token = doc[position]
        if token.text == ")":
            opening = next((i for i in range(position, self.start, -1) if doc[i].text == "("), 0)
            if opening <= self.start or doc[opening - 1].tag_ not in NOMINAL_TAGS:
                return None
            phrase = self._left_phrase(opening - 1)
            return (phrase[0], position + 1) if phrase else None
        if token.lower_ in {"who", "which", "that"} and token.tag_ != "DT":
            return self._antecedent(position)
        if token.text == ",":
            if cue.is_participle:
                return None
            return self._bracketed_subject(position) or self._inverted_subject(cue)
        if token.text in _DASHES or token.text in {":", ";", "(", "?", "!"}:
            return self._inverted_subject(cue)
        if token.tag_ in NOMINAL_TAGS and not (cue.is_participle and token.tag_ == "PRP"):
            if cue.is_participle and not self._is_with_absolute(position):
                return None
            return self._left_phrase(position)
        return None

    def _left_phrase(self, last: int) -> tuple[int, int] | None:
        """Return the noun phrase that ends with the token `last`."""
        doc = self.reading.doc
        if doc[last].tag_ == "PRP" or doc[last].tag_ == "EX":
            return (last, last + 1) if doc[last].tag_ == "PRP" else None
        first = last
        for position in range(last - 1, self.start - 1, -1):
            token = doc[position]
            if self._quote_edge(position, position + 1) and not self._is_small_quote(position + 1):
                break
            if token.lower_ in _TIME_WORDS and token.tag_ not in {"JJ"}:
                break
            if token.tag_ in _NP_TAGS:
                if token.tag_ == "VBN" and doc[position - 1].tag_ not in _NP_TAGS | {"HYPH"}:
                    break
                if token.tag_ == "DT" and token.lower_ == "that" and position > self.start:
                    break
                first = position
                if token.tag_ in {"DT", "PRP$"} and not self._is_linked(position):
                    break
                continue
            if token.lower_ in _LINKS and self._is_linked(position + 1):
                first = position
                continue
            if token.tag_ == "CC" and self._joins_nouns(position):
                first = position
                continue
            break
        while first < last and doc[first].tag_ in {"CC", "IN", "HYPH", "POS", "RB"}:
            first += 1
        return first, last + 1

    def _is_linked(self, position: int) -> bool:
        """Tell whether a noun and a linking preposition stand before `position` ("head of the army")."""
        doc = self.reading.doc
        before = position - 1
        if before - 1 < self.start or doc[before].lower_ not in _LINKS:
            return False
        noun = doc[before - 1]
        if doc[before].lower_ == "to" and lemma_of(noun) not in _ENVOYS:
            return False
        is_time = lemma_of(noun) in _TIME_NOUNS or noun.lower_ in _TIME_WORDS
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

    def _bracketed_subject(self, comma: int) -> tuple[int, int] | None:
        """Return "X, a spokesman for Y" before the comma that closes the apposition, or X before a relative clause."""
        doc = self.reading.doc
        for position in range(comma - 1, self.start, -1):
            if doc[position].text != ",":
                continue
            inside = doc[position + 1 : comma]
            if self._quote_edge(position, position + 1) or doc[position - 1].tag_ not in NOMINAL_TAGS:
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
            is_adverbial = inside[0].tag_ in {"IN", "RB"} or inside[0].lower_ in _TIME_WORDS
            if is_relative or is_adverbial:
                return phrase
            if inside[0].tag_ in _NP_STARTS | {"CD"}:
                return phrase[0], comma
            return None
        return None

    def _inverted_subject(self, cue: Cue) -> tuple[int, int] | None:
        """Return the noun phrase behind a cue that itself follows its content ("…", said the minister)."""
        doc = self.reading.doc
        if cue.token.tag_ not in FINITE_TAGS and cue.token.lower_ not in {"said", "says"}:
            return None
        if cue.after >= self.end or self._opening_quote(cue.after) is not None:
            return None
        return self._right_phrase(cue.after)

    def _right_phrase(self, first: int) -> tuple[int, int] | None:
        doc = self.reading.doc
        if first >= self.end:
            return None
        if doc[first].tag_ == "PRP":
            return first, first + 1
        if doc[first].tag_ not in _NP_STARTS | {"CD"} or doc[first].lower_ == "that":
            return None
        if doc[first].lower_ in _TIME_WORDS:
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
            if token.tag_ in _NP_TAGS - {"VBN"} or (token.tag_ == "VBN" and position == first):
                if position > first and token.tag_ in {"DT", "PRP$"} and doc[position - 1].tag_ in {
                    "NN", "NNS", "NNP", "NNPS",
                }:  # fmt: skip
                    break
                if position > first and token.lower_ in _TIME_WORDS | {"last", "this"}:
                    break
                position += 1
            elif token.lower_ in {"of", "for", "from"} or (
                token.lower_ in {"in", "at", "with"}
                and doc[min(position + 1, self.end - 1)].lower_ not in _TIME_WORDS
                and lemma_of(doc[min(position + 2, self.end - 1)])
                not in {"statement", "interview", "briefing", "conference"}
            ):
                position += 1
            elif token.tag_ == "CC" and doc[min(position + 1, self.end - 1)].tag_ in _NP_STARTS:
                position += 1
            elif (
                token.text == ","
                and position + 1 < self.end
                and (
                    doc[position + 1].lower_ in {"a", "an", "the"}
                    or lemma_of(doc[position + 1]) in {"spokesman", "spokeswoman", "head", "chief"}
                    or (doc[position + 1].tag_ == "NNP" and doc[position - 1].tag_ == "NN")
                )
                and not self._finite_before_stop(position + 1)
            ):
                position += 1
            else:
                break
        while position > first and (
            doc[position - 1].tag_ in {"IN", "CC", ",", "DT", "HYPH"} or doc[position - 1].text == ","
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

    def _antecedent(self, pronoun: int) -> tuple[int, int] | None:
        position = pronoun - 1
        if position >= self.start and self.reading.doc[position].text == ",":
            position -= 1
        if position >= self.start and self.reading.doc[position].tag_ in NOMINAL_TAGS - {"PRP", "DT"}:
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
        while last > first and (
            doc[last - 1].text in {",", "(", "-", "\u2014", ":"}
            or doc[last - 1].tag_ in {"IN", "CC", "TO", "WDT", "WP"}
        ):
            last -= 1
        has_noun = any(t.tag_ in NOMINAL_TAGS - {"CD", "DT", "EX"} for t in doc[first:last])
        return (first, last) if has_noun or doc[first:last].text.lower() in _PRONOUN_SOURCES else None

    # -- the content -------------------------------------------------------------------------------------------

    def _right_content(self, cue: Cue, position: int) -> tuple[int, int, str] | None:
        """Return start, end and form of the content behind the cue."""
        doc, body = self.reading.doc, self.reading.body
        takes = cue.entry.takes
        comma_seen = False
        for _ in range(_ADDRESSEE_LIMIT):
            quote = self._opening_quote(position)
            if quote is not None and (
                "quote" in takes and (position > cue.after or cue.entry.cue_kind == "verb")
            ):
                end = self._quoted_end(cue, quote)
                return quote.char_start, end, "quote"
            if position >= self.end:
                return None
            token = doc[position]
            word = token.lower_
            start = self.reading.starts[position]
            if token.text == ":":
                return self._after_colon(cue, position)
            if token.text == ",":
                if comma_seen or position == cue.after and cue.entry.strength == "weak":
                    return None
                if position + 1 < self.end and doc[position + 1].lower_ in {"citing", "quoting"}:
                    closing = next((i for i in range(position + 2, self.end) if doc[i].text == ","), 0)
                    if closing:
                        position = closing + 1
                        continue
                comma_seen = True
                position += 1
                continue
            if word == "that" and "that" in takes and token.tag_ != "WDT":
                return self._clause(cue, position + 1, "that")
            if word in _QUESTION_WORDS and takes & {"that", "whether"} and not comma_seen:
                return self._clause(cue, position, "clause")
            if token.tag_ == "TO" and not comma_seen:
                if "infinitive" in takes and position + 1 < self.end and doc[position + 1].tag_ != "CD":
                    return self._clause(cue, position, "infinitive")
                if "to" not in takes:
                    following = self._skip_phrase(position + 1)
                    if following > position + 1:
                        position = following
                        continue
                    return None
            skipped = self._skip_time(position)
            if skipped > position:
                position = skipped
                continue
            if comma_seen:
                return None
            if word in takes and token.tag_ in {"IN", "TO", "RP"}:
                return self._phrase(cue, position + 1, "preposition")
            if word in _ADVERBIAL_PREPOSITIONS and token.tag_ in {"IN", "TO"}:
                following = self._skip_phrase(position + 1)
                if following == position + 1:
                    return None
                position = following
                continue
            if token.tag_ in {"RB", "RBR"} and not self._opens_clause(position, cue):
                position += 1
                continue
            if cue.entry.lemma in _ALWAYS_ADDRESSED and position == cue.after:
                following = self._skip_phrase(position)
                if following > position:
                    position = following
                    continue
            objectual = self._object_content(cue, position)
            if objectual is not None:
                return objectual
            if "that" in takes and cue.entry.strength != "weak" and self._opens_clause(position, cue):
                return self._clause(cue, position, "clause")
            if "gerund" in takes and token.tag_ == "VBG":
                return self._phrase(cue, position, "object")
            if word == "no" and cue.entry.speech_act == "OFFER":
                return None
            if "object" in takes and (token.tag_ in _NP_STARTS | {"CD", "PRP", "RB", "VBN"}):
                return self._phrase(cue, position, "object")
            if takes & {"quote", "as"} and cue.entry.object_role == "content":
                return self._evaluated_object(cue, position)
            del start, body
            return None
        return None

    def _object_content(self, cue: Cue, position: int) -> tuple[int, int, str] | None:
        """Return content that begins with an object: "X to leave", "X of killing Y", or stands behind an addressee."""
        doc = self.reading.doc
        if cue.entry.object_role not in {"addressee", "target"} and cue.entry.lemma not in _KEEPS_OBJECT:
            return None
        if not _starts_phrase(doc[position]):
            return None
        end = self._object_end(position)
        if end <= position or end >= self.end:
            if cue.entry.lemma in _NO_CONTENT_NEEDED:
                return None
            return None
        following = doc[end]
        takes = cue.entry.takes
        keeps = cue.entry.lemma in _KEEPS_OBJECT
        if following.lower_ == "that" and "that" in takes and cue.entry.object_role:
            if cue.entry.object_role in {"addressee", "target"}:
                return self._clause(cue, end + 1, "that")
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
            if token.tag_ in _NP_TAGS or (position == first and _starts_phrase(token)):
                if position > first and token.tag_ in {"DT", "PRP$"} and doc[position - 1].tag_ in {
                    "NN", "NNS", "NNP", "NNPS",
                }:  # fmt: skip
                    break
                position += 1
            elif token.tag_ == "CC" and position + 1 < self.end and doc[position + 1].tag_ in _NP_STARTS:
                position += 1
            elif (
                token.lower_ in {"in", "from", "at"}
                and position + 1 < self.end
                and doc[position + 1].tag_ in _NP_STARTS
            ):
                position += 1
            else:
                break
        return position

    def _evaluated_object(self, cue: Cue, position: int) -> tuple[int, int, str] | None:
        """Return "the strike a 'crime'" and "the raid as a crime": an object with what it is called."""
        doc = self.reading.doc
        if doc[position].tag_ not in _NP_STARTS | {"CD"}:
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
        doc = self.reading.doc
        if position >= self.end:
            return None
        limit = self._clause_end(cue, position, self.end, form)
        end = position
        while end < limit:
            token = doc[end]
            if end > position and not self._quoted(end):
                if token.text in {",", ";", ":"} and not self._is_list_comma(end, limit):
                    break
                if token.text in _DASHES and token.tag_ != "HYPH":
                    break
                if token.lower_ in {"as", "after", "while", "when", "before", "because", "amid", "but"}:
                    if token.lower_ != "as" or "as" not in cue.entry.takes:
                        break
                if token.tag_ == "CC" and end + 1 < limit and self._is_verb(end + 1, limit):
                    break
                if token.lower_ == "in" and lemma_of(doc[min(end + 2, limit - 1)]) in {
                    "statement", "interview", "briefing", "speech", "post", "tweet",
                }:  # fmt: skip
                    break
                if token.lower_ == "on" and doc[min(end + 1, limit - 1)].lower_ in _TIME_WORDS:
                    break
                if token.lower_ in _TIME_WORDS and token.tag_ in {"NNP", "NN"} and end + 1 >= limit:
                    break
            end += 1
        span = self._trimmed(position, end)
        if span is None:
            return None
        return (*self._whole_quote(span), form)

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
        if quote and quote.is_closed and not self.reading.body[following : quote.char_start].strip():
            return quote.char_start, quote.char_end, "quote"
        return None

    def _quoted_end(self, cue: Cue, quote: Quote) -> int:
        """Return the end of a content that begins with a quotation: the mark, or the clause that goes on behind it."""
        if not quote.is_closed:
            return quote.char_end
        body = self.reading.body
        sentence_end = self.reading.ends[self.end - 1]
        if quote.char_end >= sentence_end - 1 or body[quote.char_end - 2] in ".!?,":
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
        """Return the token where a content clause that begins at `position` ends: the sentence's end, or the first
        place where the journalist, or the next reporting expression of the same speaker, takes over."""
        doc = self.reading.doc
        limit = min(limit, self._governing_limit(cue, position))
        dashes = sum(
            t.text in _DASHES and t.tag_ != "HYPH" for t in doc[self.start : cue.token_start]
        )
        in_dashes = dashes % 2 == 1
        is_phrase = doc[position].tag_ == "TO" or form in {"object", "preposition", "infinitive"}
        for index in range(position + 1, limit):
            token = doc[index]
            if self._quoted(index):
                continue
            if token.tag_ == "CC" and self._is_sibling_verb(cue, index + 1, limit):
                return index
            if token.text in _DASHES and token.tag_ != "HYPH" and in_dashes:
                return index
            if token.text != "," and token.text not in _DASHES:
                continue
            following = index + 1
            if following >= limit:
                return index
            word = doc[following].lower_
            if word == "with" and any(
                t.tag_ == "VBG" for t in doc[following + 1 : min(following + 8, limit)]
            ):
                return index
            if self._is_participle_cue(following, limit):
                return index
            if doc[following].tag_ == "CC" and (
                self._is_sibling_verb(cue, following + 1, limit)
                or self._is_next_report(cue, following + 1, limit, is_phrase=is_phrase)
            ):
                return index
            if self._is_summary(following, limit):
                return index
            if word in {"according", "per"}:
                return index
            if word in {"while", "whereas", "as", "though", "although"} and self._is_next_report(
                cue, following + 1, limit, is_phrase=False
            ):
                return index
            if word in _JOURNALIST_MARKS and self._is_journalists(cue, following, limit):
                return index
        return limit

    def _governing_limit(self, cue: Cue, position: int) -> int:
        """Return where the cue's own clause ends when another clause follows it ("after X said Y, Z happened")."""
        doc = self.reading.doc
        token = cue.token
        if cue.entry.cue_kind == "noun":
            return self._subject_limit(token, position)
        if cue.entry.cue_kind != "verb":
            return self.end
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

    def _subject_limit(self, noun: Token, position: int) -> int:
        """Return where the predicate begins whose subject holds the noun ("its claim that … could not be verified")."""
        predicate = noun.head
        if not noun.dep_.startswith("nsubj") or predicate.i <= position:
            verbs = [t.i for t in self.reading.doc[position : self.end] if t.tag_ in FINITE_TAGS]
            is_subject = noun.dep_.startswith("nsubj") or noun.i - self.start <= 4
            return verbs[1] if is_subject and len(verbs) > 1 else self.end
        first = min((c.i for c in predicate.lefts if c.dep_ in {"aux", "aux:pass", "cop"}), default=predicate.i)
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
        is_naming = entry is not None and entry.strength == "weak" and "quote" in entry.takes and any(
            self._opening_quote(i) is not None for i in range(index + 1, min(index + 7, limit))
        )
        return (
            entry is not None
            and entry.attitude == "speech"
            and (entry.strength != "weak" or is_naming)
            and (is_naming or token.head.i == cue.token.i or token.dep_ == "conj" and token.head.i <= cue.token.i)
        )

    def _is_next_report(self, cue: Cue, index: int, limit: int, *, is_phrase: bool) -> bool:
        """Tell whether a clause with another subject begins that is no content: a finite clause cannot go on an
        infinitive or a noun phrase, and "and the rebels said" begins the next report."""
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
            elif token.text in {",", ";", ":"} or token.lower_ in _SUBORDINATORS:
                return False
        return False

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
            and (entry.strength != "weak" or "quote" in entry.takes and entry.speech_act == "ASSESS")
        )

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
        """Return the offsets of what stands before source and cue, where a comma or a quotation's end parts them."""
        body = self.reading.body
        if group_start >= len(self.reading.starts):
            return None
        anchor = self.reading.starts[group_start]
        sentence_start = self.reading.starts[self.start]
        quote = self._quote_before(anchor)
        if quote is not None:
            lead = body[min(sentence_start, quote.char_start) : quote.char_start]
            if quote.char_start <= sentence_start or not lead.strip(' "\u201c'):
                return quote.char_start, quote.char_end
            first, last = self.reading.tokens_between(sentence_start, quote.char_start)
            if last > first and any(
                self.reading.doc[i].text in {",", ":", ";"} for i in range(last - 1, last)
            ):
                return quote.char_start, quote.char_end
            return self._left_start(first), quote.char_end
        if group_start <= self.start:
            return None
        previous = self.reading.doc[group_start - 1]
        if self._quoted(group_start):
            return None
        if previous.text not in {",", "?", "!"} | _DASHES and (
            not is_final or previous.lower_ in _SUBORDINATORS or previous.tag_ in {"IN", "TO"}
        ):
            return None
        end = self.reading.ends[group_start - 1]
        if previous.text in {","} | _DASHES:
            end = self.reading.ends[group_start - 2] if group_start - 2 >= self.start else end
        start = self._left_start(self.start)
        if end <= start or not (self._has_finite((start, end)) or self._is_heading()):
            return None
        return self._whole_quote((start, end))

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
        return (
            doc[index].tag_ in {"VBG", "WDT", "WP", "WRB", "IN", "CC"}
            or doc[index].lower_ in {"adding", "with", "as", "while", "after", "a", "who"}
        )

    # -- nouns, prepositions, quoting --------------------------------------------------------------------------

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
            content = self._clause(cue, position + 1, "that")
        elif token.tag_ == "TO" and "infinitive" in takes:
            content = self._phrase(cue, position, "infinitive")
        elif token.lower_ in takes:
            content = self._phrase(cue, position + 1, "preposition")
        if content is not None:
            trimmed = self._trim_source(source)
            yield self._attribution(cue, trimmed, content[:2], content[2], agreement, False)

    def _preposition(self, cue: Cue) -> Iterator[Attribution]:
        doc = self.reading.doc
        if cue.after >= self.end:
            return
        source_end = self._source_end(cue.after)
        source = (cue.after, source_end)
        if source_end <= cue.after:
            return
        if cue.entry.object_role == "carrier":
            return
        left = self._left_content(cue.token_start, is_final=False)
        if left is None and cue.token_start > self.start:
            previous = doc[cue.token_start - 1]
            if previous.text != "," and not self._quoted(cue.token_start):
                start = self._left_start(self.start)
                span = (start, self.reading.ends[cue.token_start - 1])
                left = span if self._has_finite(span) else None
        right = None
        position = source_end
        if position < self.end and doc[position].text == ",":
            position += 1
        if position < self.end and position > source_end or self._opening_quote(position):
            quote = self._opening_quote(position)
            span = self._trimmed(position, self._clause_end(cue, position, self.end))
            if span is not None:
                span = self._whole_quote(span)
                if quote is not None:
                    span = (quote.char_start, max(span[1], quote.char_end))
                if quote is not None or self._has_finite(span):
                    right = span
        if left is not None:
            yield self._attribution(cue, source, left, "left", 1.5, False)
            if right is not None and not self._starts_cue_or_adverbial(position):
                yield self._attribution(cue, source, right, "interrupted", 1.0, False)
        elif right is not None:
            yield self._attribution(cue, source, right, "clause", 1.5, False)

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
            if token.lower_ in {"by", "from", "on", "in", "published", "released", "issued", "at", "to"} and (
                end > first
            ):
                following = self._phrase_end(end + 1) if end + 1 < self.end else end
                if following <= end + 1 and token.tag_ not in {"VBN", "VBD"}:
                    break
                end = max(following, end + 1)
                continue
            break
        return end

    def _quoted_as_saying(self, cue: Cue) -> Iterator[Attribution]:
        """Read "the agency quoted the ministry as saying" and "the ministry was quoted as saying": the agency carries,
        the ministry speaks."""
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
            if not reports or cue.entry.cue_kind == "preposition" and cue.entry.object_role != "carrier":
                continue
            last = reports[-1]
            swapped = (
                replace(last, source=span, carrier=last.source)
                if cue.entry.object_role == "source" and _can_speak(doc, span)
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
                if length <= 4 and content[1] - content[0] >= 3 and _can_speak(doc, source):
                    span = self._trimmed(*content)
                    if span:
                        yield self._attribution(cue, source, span, "colon", 1.0, False)
                        return
            return

    # -- small tests -------------------------------------------------------------------------------------------

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
            if index > position and token.lower_ in _SUBORDINATORS and token.tag_ in {
                "WDT", "WP", "WRB", "IN", "WP$",
            }:  # fmt: skip
                if token.lower_ in {"that", "which", "who", "whose", "whom"}:
                    return False
            if token.tag_ in {"NN", "NNS", "NNP", "NNPS", "PRP", "CD", "EX", "DT", "VBG"}:
                nominal = True
            if token.text in {";", ":"}:
                return False
            if token.text == "," and self._is_participle_cue(index + 1, self.end):
                return self._has_reduced_clause(position, index)
        return self._has_reduced_clause(position, self.end) and cue.entry.strength == "strong"

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
        if position < self.end and doc[position].lower_ in {"on", "in", "at", "by", "since", "late", "early"}:
            position += 1
        if position < self.end and doc[position].lower_ in {"late", "early", "the"}:
            position += 1
        if position < self.end and doc[position].lower_ in {"this", "last", "next", "that", "previous"}:
            if position + 1 < self.end and lemma_of(doc[position + 1]) in _TIME_NOUNS:
                position += 1
            else:
                return first
        if position >= self.end:
            return first
        token = doc[position]
        if token.lower_ in _TIME_WORDS:
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

    def _skip_phrase(self, position: int) -> int:
        """Return the token behind the short noun phrase at `position`: addressees and circumstances of the speaking."""
        doc = self.reading.doc
        if position >= self.end:
            return position
        timed = self._skip_time(position)
        if timed > position:
            return timed
        first = position
        if doc[position].tag_ == "PRP":
            return position + 1
        seen_noun = False
        while position < self.end:
            token = doc[position]
            if position > first and self._quote_edge(position - 1, position):
                break
            if token.tag_ in {"DT", "PRP$", "CD"} and seen_noun:
                break
            if token.tag_ in {"NN", "NNS", "NNP", "NNPS"}:
                if seen_noun and token.dep_.startswith("nsubj") and token.head.i > position:
                    left = max(token.left_edge.i, first)
                    return left if left > first else position
                seen_noun = True
                position += 1
            elif token.tag_ in _NP_TAGS:
                if seen_noun and token.tag_ == "JJ" and token.head.dep_.startswith("nsubj"):
                    break
                seen_noun = seen_noun and token.tag_ in {"POS", "HYPH"}
                position += 1
            elif token.lower_ == "of" and seen_noun:
                seen_noun = False
                position += 1
            else:
                break
        return position

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
        body = self.reading.body
        return next(
            (
                q
                for q in self.reading.quotes
                if q.is_closed
                and q.char_end <= anchor
                and not body[q.char_end : anchor].strip(_CLOSING_SPACE + "-\u2013\u2014")
                and "\n" not in body[q.char_end : anchor]
            ),
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
            self.reading.doc[position].text in {","} | _DASHES or self._quote_edge(position, position + 1)
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
        while last > first and doc[last - 1].text in {".", ",", ";", ":", "-", "--", "\u2013", "\u2014"}:
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
            if quote.inner_start <= start < quote.inner_end and not self.reading.body[
                quote.inner_start : start
            ].strip():
                start = quote.char_start
            if start <= quote.char_start < end <= quote.char_end:
                end = quote.char_end
        return start, end


def _starts_phrase(token: Token) -> bool:
    """Tell whether a noun phrase may begin here; the tagger takes "both" for a conjunction."""
    return token.tag_ in _NP_STARTS | {"CD"} or token.lower_ in {"both", "all", "either"}


def _can_speak(doc: object, span: tuple[int, int]) -> bool:
    """Tell whether a phrase may name a speaker; replaced by the knowledge of speakers where that is known."""
    from extract.facts.speakers import names_speaker

    return names_speaker(doc, span)


def _with_continued_quotes(reading: Reading, found: list[Attribution]) -> list[Attribution]:
    """Give free-standing quotations to the speaker of the statement right before them.

    In the same paragraph they belong to that statement's cue; a paragraph that is one quotation continues the
    speaker of the paragraph before it, without a cue of its own.
    """
    result = list(found)
    covered = [a.content for a in found if a.content]
    for quote in reading.quotes:
        if not quote.is_closed or any(s < quote.char_end and quote.char_start < e for s, e in covered):
            continue
        first, last = reading.tokens_between(quote.char_start, quote.char_end)
        if last - first < 3 or not _stands_free(reading, quote):
            continue
        sentence = reading.sentence_at(quote.char_start)
        previous = _previous_statement(reading, result, quote)
        if previous is None or previous.source is None:
            continue
        before = reading.sentences[previous.sentence_index]
        content = (quote.char_start, quote.char_end)
        if before.paragraph_index == sentence.paragraph_index:
            result.append(replace(previous, content=content, form="continued", agreement=1.0))
        else:
            result.append(
                Attribution(
                    cue=None,
                    sentence_index=sentence.sentence_index,
                    source=None,
                    content=content,
                    form="continued",
                    agreement=0.5,
                )
            )
        covered.append(content)
    return sorted(
        result,
        key=lambda a: (
            a.sentence_index,
            a.cue.token_start if a.cue else -1,
            a.content or (0, 0),
        ),
    )


def _stands_free(reading: Reading, quote: Quote) -> bool:
    """Tell whether a quotation is whole sentences of its own: nothing but its end stands beside it."""
    body = reading.body
    before = body[: quote.char_start].rstrip(" ")
    after = body[quote.char_end :].lstrip(" ")
    starts = not before or before[-1] in '.!?\n\u201d"\u2019'
    ends = not after or after[0] in "\n\u201c\"\u2018" or after[0].isupper()
    return starts and ends and body[quote.char_end - 2] in ".!?\u2026,"


def _previous_statement(
    reading: Reading, found: list[Attribution], quote: Quote
) -> Attribution | None:
    sentence = reading.sentence_at(quote.char_start)
    candidates = [
        a
        for a in found
        if a.content is not None
        and (reading.starts[a.cue.token_start] if a.cue else a.content[0]) < quote.char_start
        and sentence.sentence_index - _last_sentence(reading, a) <= 1
    ]
    return candidates[-1] if candidates else None


def _last_sentence(reading: Reading, attribution: Attribution) -> int:
    end = attribution.content[1] if attribution.content else 0
    return max(attribution.sentence_index, reading.sentence_at(max(end - 1, 0)).sentence_index)
