"""Raw attributions: for every reporting expression whose words it reports and which words they are.

The rules (`attribution_rules.py`) and the trained heads (`attribution_parts.py`) read each sentence; here their
readings are joined, and quotations that stand alone find their speaker. Who the source is belongs in `speakers.py`,
records and dates in `statements.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from extract.facts.attribution_parts import Tokens, TrainedAttribution, read_attributions
from extract.facts.attribution_rules import NEEDS_NO_CONTENT, Attribution, RuleReader
from extract.facts.attribution_sources import NOBODY
from extract.facts.cues import VERB_TAGS, Cue, cue_at, find_cues
from extract.facts.speakers import names_speaker
from extract.language.quotes import Quote
from extract.language.reading import Reading

_RULES_ALONE = frozenset({"that", "clause", "quote", "left", "infinitive", "colon", "interrupted"})
_OF_OTHERS = frozenset({"source", "carrier"})
_PLAIN_ACTS = frozenset({"ASSERT", "ASSESS", "ANNOUNCE"})
_EDGES = frozenset({".", ",", ";", ":", "-", "--", "\u2013", "\u2014"})


def find_attributions(reading: Reading) -> tuple[Attribution, ...]:
    """Return the attributions of the article in reading order of their cues."""
    trained: defaultdict[int, list[TrainedAttribution]] | None = None
    heads = read_attributions(reading)
    if heads is not None:
        trained = defaultdict(list)
        for each in heads:
            trained[reading.sentence_of(each.start).sentence_index].append(each)
    found: list[Attribution] = []
    for sentence in reading.sentences:
        if sentence.section == "dateline":
            continue
        start, end = reading.sentence_tokens(sentence.sentence_index)
        if start >= end:
            continue
        reader = _JoinedReader(reading, sentence.sentence_index, start, end)
        cues = find_cues(reading.doc, start, end)
        attributions = reader.attributions(cues)
        if trained is not None:
            attributions = reader.joined(attributions, trained[sentence.sentence_index], cues)
        kept = (_within_quotation(reading, each) for each in attributions)
        found.extend(each for each in kept if _says_something(reading, each))
    return tuple(_with_continued_quotes(reading, found, _heard_quotes(reading, heads or ())))


def _within_quotation(reading: Reading, attribution: Attribution) -> Attribution:
    """End the words reported inside a quotation where it ends: what follows is the reporter's."""
    source, content = attribution.source, attribution.content
    quote = reading.in_quote(reading.starts[source[0]]) if source is not None else None
    if quote is None or content is None or not quote.is_closed:
        return attribution
    if not quote.inner_start <= content[0] < quote.inner_end < content[1]:
        return attribution
    words = reading.text(content[0], quote.inner_end).rstrip(" ,;")
    return replace(attribution, content=(content[0], content[0] + len(words)))


def _says_something(reading: Reading, attribution: Attribution) -> bool:
    """Tell whether the content has a word; a sentence that breaks off ("They think that...") attributes nothing."""
    content = attribution.content
    return content is None or any(char.isalnum() for char in reading.text(*content))


@dataclass(frozen=True, slots=True)
class _JoinedReader(RuleReader):
    """One sentence that rules and heads have read."""

    def joined(
        self,
        ruled: Sequence[Attribution],
        trained: Sequence[TrainedAttribution],
        cues: Sequence[Cue],
    ) -> list[Attribution]:
        """Return what both find at one cue as one, what the heads find alone, and what the rules are sure of alone.

        `cues` are the listed ones of the sentence.
        """
        result: list[Attribution] = []
        met: set[int] = set()
        opened = {a.cue.token_start for a in ruled if a.cue and a.cue.is_participle}
        for each in trained:
            own = [
                index
                for index, attribution in enumerate(ruled)
                if index not in met and _share_cue(attribution, each)
            ]
            met.update(own)
            result += self._joined_at_cue(each, [ruled[index] for index in own], opened, cues)
        result += [
            attribution
            for index, attribution in enumerate(ruled)
            if index not in met and self._holds_alone(attribution)
        ]
        unique = {(a.source, a.cue and a.cue.token_start, a.content): a for a in reversed(result)}
        return sorted(
            unique.values(),
            key=lambda a: (a.cue.token_start if a.cue else -1, a.content or (0, 0)),
        )

    def _joined_at_cue(
        self,
        trained: TrainedAttribution,
        ruled: Sequence[Attribution],
        opened: Collection[int],
        cues: Sequence[Cue],
    ) -> Iterator[Attribution]:
        """Yield the attributions of a cue that the heads see, with what the rules say of it.

        `opened` are the tokens where participles begin reports of their own ("Blaming the rebels, the army said").

        The words are the heads': in news their contents and sources are right more often. Nested ones that the rules do
        not find are rarely right.
        """
        if trained.cue is None:
            return
        sources = [trained.source, *(a.source for a in ruled if a.carrier)]
        pieces = [
            (first, last)
            for first, last in self._pieces(trained)
            if first not in opened
            and not any(source and source[0] <= first and last <= source[1] for source in sources)
        ]
        contents = [span for piece in pieces if (span := self._content(piece, trained.cue[0]))]
        cue = cue_at(self.reading.doc, *trained.cue, cues=cues, end=self.end)
        if trained.source and self.reading.doc[trained.source[0]].lower_ in NOBODY:
            return
        if ruled:
            heard = [
                replace(
                    attribution,
                    cue=replace(
                        attribution.cue or cue, token_start=cue.token_start, token_end=cue.token_end
                    ),
                    source=attribution.source
                    if attribution.carrier or self._is_addressee(trained, attribution)
                    else trained.source or attribution.source,
                    agreement=2.0,
                )
                for attribution in ruled
            ]
            # "urged both sides to leave": what is asked has its subject, also where that is whom the words address
            has_subject = (
                heard[0].form == "infinitive"
                and heard[0].content is not None
                and bool(contents)
                and heard[0].content[0] < contents[0][0]
            )
            is_told_of = heard[0].form == "implicit" and not self._has_verb(contents)
            if cue.entry.cue_kind == "noun" or has_subject or is_told_of:
                yield from heard
            elif contents:
                yield from (replace(heard[0], content=content) for content in contents)
            else:
                yield from heard
        elif not trained.is_nested and cue.entry.object_role not in _OF_OTHERS:
            source, is_inherited = trained.source, False
            if source is None and cue.entry.cue_kind == "verb":
                source, _, is_inherited = self._source(cue)
            for content in contents or (None,):
                yield Attribution(
                    cue=cue,
                    sentence_index=self.sentence_index,
                    source=source,
                    content=content,
                    form="trained" if content else "implicit",
                    agreement=1.0,
                    is_inherited_source=is_inherited,
                )

    def _is_addressee(self, trained: TrainedAttribution, ruled: Attribution) -> bool:
        """Tell whether the heads take for the source who is told: between cue and words, the subject before both."""
        cue, source = trained.cue, trained.source
        if cue is None or source is None or ruled.source is None or not trained.contents:
            return False
        return ruled.source[1] <= cue[0] and cue[1] <= source[0] < trained.contents[0][0]

    def _has_verb(self, contents: Sequence[tuple[int, int]]) -> bool:
        """Tell whether words are reported, not only told about ("with the army blaming rebels")."""
        ranges = (self.reading.tokens_between(*content) for content in contents)
        return any(
            token.tag_ in VERB_TAGS
            for first, last in ranges
            for token in self.reading.doc[first:last]
        )

    def _holds_alone(self, attribution: Attribution) -> bool:
        """Tell whether an attribution holds that the heads do not see.

        A third and less of the others are annotated so in news: phrases, thoughts, words inside quotations, and objects
        but for acts of their own ("welcomed the truce").
        """
        cue = attribution.cue
        if cue is None or cue.entry.lemma in NEEDS_NO_CONTENT:
            return True
        # "per" mostly measures something, but not before somebody who speaks
        is_per = (
            cue.entry.cue_kind == "preposition"
            and attribution.source is not None
            and names_speaker(self.reading.doc, attribution.source)
        )
        is_report = (cue.entry.strength == "strong" or is_per) and cue.entry.attitude == "speech"
        says_more = attribution.form == "object" and cue.entry.speech_act not in _PLAIN_ACTS
        is_sure = attribution.form in _RULES_ALONE or says_more
        return is_report and is_sure and not self._quoted(cue.token.i)

    def _pieces(self, trained: TrainedAttribution) -> list[Tokens]:
        """Return the pieces of the content, as one where only punctuation parts them."""
        pieces: list[Tokens] = []
        for first, last in trained.contents:
            between = self.reading.doc[pieces[-1][1] : first] if pieces else ()
            if pieces and all(token.is_punct for token in between):
                pieces[-1] = (pieces[-1][0], last)
            else:
                pieces.append((first, last))
        return pieces

    def _content(self, piece: Tokens, cue: int) -> tuple[int, int] | None:
        """Return the offsets of a piece of content without its last comma, with the whole of a quotation it is part of.

        Outside quotations no content goes on in another sentence than its cue's; a quotation of several sentences is
        reached from the one that has the cue.
        """
        doc = self.reading.doc
        first, last = self._within_sentence(piece, cue)
        last = next(
            (
                index
                for index in range(first + 1, last - 1)
                if doc[index].text == ","
                and not self._quoted(index)
                and self._is_summary(index + 1, last)
            ),
            last,
        )
        while last > first and doc[last - 1].text in _EDGES and not self._quoted(last - 1):
            last -= 1
        while first < last and doc[first].text in _EDGES:
            first += 1
        if first == last:
            return None
        start, end = self.reading.span(first, last)
        body, sentence_start = self.reading.body, self.reading.starts[self.start]
        is_last = end >= self.reading.ends[self.end - 1] - 1
        for quote in self.reading.quotes:
            if not quote.is_closed or quote.char_end <= start or quote.char_start >= end:
                continue
            begins_before = quote.char_start < sentence_start == start
            opens = start >= quote.inner_start and not body[quote.inner_start : start].strip()
            if begins_before or opens:
                start = quote.char_start
            closes = is_last or not body[end : quote.inner_end].strip(" .,!?")
            if start <= quote.char_start and closes and end <= quote.inner_end:
                end = quote.char_end
        return start, end

    def _within_sentence(self, piece: Tokens, cue: int) -> Tokens:
        """Return the piece without what lies in other sentences than its cue's, but for a quotation that goes on."""
        reading = self.reading
        first, last = piece
        start, end = reading.sentence_tokens(reading.sentence_of(cue).sentence_index)
        if first < start < last and not self._is_one_quotation(start):
            first = start
        if first < end < last and not self._is_one_quotation(end):
            last = end
        return first, last

    def _is_one_quotation(self, token: int) -> bool:
        """Tell whether a quotation that holds a token holds the one before it too."""
        quote = self.reading.in_quote(self.reading.starts[token])
        return quote is not None and quote.char_start < self.reading.starts[token - 1]


def _share_cue(attribution: Attribution, trained: TrainedAttribution) -> bool:
    cue = attribution.cue
    if cue is None or trained.cue is None:
        return False
    # "quoted the ministry as saying" is one cue of two words
    end = cue.after if cue.lemma == "quote" else cue.token_end
    return cue.token_start < trained.cue[1] and trained.cue[0] < end


def _heard_quotes(
    reading: Reading, heads: Iterable[TrainedAttribution]
) -> tuple[tuple[int, int], ...]:
    """Return the offsets of the quoted words that the heads take for said without a cue in their sentence."""
    return tuple(
        reading.span(*each.contents[0])
        for each in heads
        if each.cue is None
        and not each.is_nested
        and reading.in_quote(reading.starts[each.contents[0][0]]) is not None
    )


def _with_continued_quotes(
    reading: Reading, found: list[Attribution], heard: Sequence[tuple[int, int]]
) -> list[Attribution]:
    """Give free-standing quotations, and those `heard` by the heads, to the speaker of the statement right before them.

    In the same paragraph they belong to that statement's cue; a paragraph that is one quotation continues the
    speaker of the paragraph before it, without a cue of its own.
    """
    result = list(found)
    covered = [a.content for a in found if a.content]
    for quote in reading.quotes:
        if not quote.is_closed or any(
            s < quote.char_end and quote.char_start < e for s, e in covered
        ):
            continue
        first, last = reading.tokens_between(quote.char_start, quote.char_end)
        is_heard = any(s < quote.inner_start + 2 and quote.char_start < e for s, e in heard)
        if not is_heard and (last - first < 3 or not _stands_free(reading, quote)):
            continue
        sentence = reading.sentence_at(quote.char_start)
        previous = _previous_statement(reading, result, quote)
        has_speaker = previous is not None and previous.source is not None
        if not has_speaker and not is_heard:
            continue
        content = (quote.char_start, quote.char_end)
        if (
            previous is not None
            and has_speaker
            and reading.sentences[previous.sentence_index].paragraph_index
            == sentence.paragraph_index
        ):
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
    starts = not before or before[-1] in ".!?\n\u201d\"\u2019'"
    ends = not after or after[0] in '\n\u201c"\u2018`' or after[0].isupper()
    return starts and ends and body[quote.inner_end - 1] in ".!?\u2026,"


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
