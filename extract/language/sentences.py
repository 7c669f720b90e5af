"""Paragraphs, sentences and their sections, by rules over characters.

Paragraphs come first: news puts a headline or a heading on a line of its own without a full stop, where a parser
would run on. Inside a paragraph a full stop ends a sentence unless it belongs to an abbreviation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extract.datelines import OPENING_LINES, is_dateline
from extract.language.quotes import Quote
from extract.records import Section, Sentence

_NEVER_ENDS = frozenset(
    "mr mrs ms dr prof gen lt col maj capt sgt cpl pvt rev sen rep gov pres st adm brig cmdr supt insp hon mt ft no nos"
    " vs maj-gen lt-gen lt-col brig-gen al fr sr jr messrs dept est approx fig vol art sec para".split()
)
_MAY_END = frozenset(
    "a.m p.m u.s u.k u.n u.a.e d.c e.u inc ltd co corp etc e.g i.e jan feb mar apr jun jul aug sep sept oct nov dec"
    " mon tue tues wed thu thur thurs fri sat sun ave blvd rd".split()
)
_STARTERS = frozenset(
    "the a an it he she they we in on at but and this that these those there his her their its when while after before"
    " since for as if however meanwhile earlier later one two three some many most no among according officials police"
    " local state government authorities witnesses residents".split()
)
_CUES = (
    "said|says|asked|asks|told|tells|added|adds|warned|wrote|shouted|cried|replied|demanded|exclaimed|wondered"
    "|insisted|declared|stated"
)
_BOUNDARY = re.compile(
    r"(?P<stop>[.!?\u2026]+)(?P<close>[\"'\u201d\u2019\u00bb)\]]*)(?P<gap>\s+)(?=\S)"
)
_LAST_WORD = re.compile(r"[\w.\u2019'-]+$")
_NEXT_WORD = re.compile(r"[\"'`\u201c\u2018\u00ab(\[]*(?P<word>[^\s]+)")
_QUOTED_THEN_CUE = re.compile(rf"(?:[A-Z][\w.-]*\s+){{1,4}}(?:{_CUES})\b")
# A part without a comma can come once only: more of them would be read in every way there is to cut them.
_DATELINE = re.compile(
    r"(?:\W{0,2}[A-Z][A-Z.'\u2019\- ]{2,}(?:[A-Z][\w.'\u2019\- ]*)?(?:, ?[A-Z][\w.'\u2019\- ]*){0,3}"
    r"(?:[,(] ?[^\u2014\u2013\n]{0,60}?)?"
    r"|[A-Z][\w.'\u2019-]+(?: [A-Z][\w.'\u2019-]+)?(?:, [A-Z][\w.' -]+)?(?:, [\w. ]{2,20})? ?\([A-Z][\w ./]{1,30}\)"
    r"(?: \[[A-Z ]+\])*)"
    r" ?(?:\u2014|\u2013|--|-)(?: ?\[[A-Z]+\])?\s+"
)
# What every dateline ends with. Looked for first, as the pattern above tries many ways before it gives up.
_DATELINE_DASH = re.compile(r"[\u2014\u2013-](?: ?\[[A-Z]+\])?\s")
_CAPTION = re.compile(
    r"(?:file photo|photo|image|picture|caption|video|map)\b\s*[:\u2014-]", re.IGNORECASE
)
_TERMINAL = re.compile(r"[.!?\u2026:;][\"'\u201d\u2019\u00bb)\]]*$")
_SHORT_QUOTE = 60
_HEADING_WORDS = 20
_WRAPPED_WIDTH = 45


def find_paragraphs(body: str) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) offsets of the paragraphs.

    Every line is a paragraph, except in text wrapped at a fixed width, where blank lines part the paragraphs.
    """
    pattern = r"\n\s*\n" if _is_wrapped(body) else r"\n+"
    spans, start = [], 0
    for match in re.finditer(pattern, body):
        spans.append((start, match.start()))
        start = match.end()
    spans.append((start, len(body)))
    trimmed = ((s + len(body[s:e]) - len(body[s:e].lstrip()), e) for s, e in spans)
    return tuple((s, s + len(body[s:e].rstrip())) for s, e in trimmed if body[s:e].strip())


def _is_wrapped(body: str) -> bool:
    """Tell whether single line breaks only wrap the text: most of them follow a long line that does not end there."""
    lines = body.split("\n")
    pairs = [(a, b) for a, b in zip(lines, lines[1:], strict=False) if a.strip() and b.strip()]
    if len(pairs) < 3:
        return False
    broken = sum(
        len(a) >= _WRAPPED_WIDTH and not _TERMINAL.search(a.rstrip()) and len(b) < 120
        for a, b in pairs
    )
    return broken > 0.6 * len(pairs)


def find_sentences(
    body: str, paragraphs: tuple[tuple[int, int], ...], quotes: tuple[Quote, ...]
) -> tuple[Sentence, ...]:
    """Return the sentences, headings, datelines and captions of the body in reading order."""
    sentences: list[Sentence] = []
    body_paragraphs = 0
    for index, (start, end) in enumerate(paragraphs):
        kind = _paragraph_section(body, start, end, index, len(paragraphs))
        first = start
        if kind is None:
            body_paragraphs += 1
            limit = min(end, start + 140)
            dateline = _DATELINE_DASH.search(body, start, limit) and _DATELINE.match(
                body, start, limit
            )
            if dateline and dateline.end() < end:
                cut = start + len(body[start : dateline.end()].rstrip())
                sentences.append(
                    Sentence(
                        sentence_index=len(sentences),
                        char_start=start,
                        char_end=cut,
                        section="dateline",
                        paragraph_index=index,
                    )
                )
                first = dateline.end()
        parts = [(start, end)] if kind else list(_split(body, first, end, quotes))
        for number, (a, b) in enumerate(parts):
            is_lead = body_paragraphs == 1 and (number == 0 or len(paragraphs) > 1)
            sentences.append(
                Sentence(
                    sentence_index=len(sentences),
                    char_start=a,
                    char_end=b,
                    section=kind or ("lead" if is_lead else "body"),
                    paragraph_index=index,
                )
            )
    return tuple(sentences)


def _paragraph_section(body: str, start: int, end: int, index: int, count: int) -> Section | None:
    """Return the section of a paragraph that is no running text, else None."""
    text = body[start:end]
    if _CAPTION.match(text):
        return "caption"
    if index < OPENING_LINES and count > 1 and is_dateline(text):
        return "dateline"
    is_title_like = (
        not _TERMINAL.search(text)
        and len(text.split()) <= _HEADING_WORDS
        and not text[0].islower()
        and "\n" not in text
        and text[0] not in "-*\u2022"
    )
    if not is_title_like or count == 1:
        return None
    return "headline" if index == 0 else "heading"


def _split(body: str, start: int, end: int, quotes: tuple[Quote, ...]) -> Iterator[tuple[int, int]]:
    begin = start
    for match in _BOUNDARY.finditer(body, start, end):
        cut = match.end("close")
        if not _is_boundary(body, match, end) or _inside_short_quote(match.start(), cut, quotes):
            continue
        yield begin, cut
        begin = match.end()
    if begin < end:
        yield begin, end


def _is_boundary(body: str, match: re.Match[str], end: int) -> bool:
    following = _NEXT_WORD.match(body, match.end(), end)
    if following is None:
        return False
    word = following["word"]
    if word[0].islower() or (word[0] in ",;:" and not match["close"]):
        return False
    if match["close"] and match["stop"] in "!?" and _QUOTED_THEN_CUE.match(body, match.end(), end):
        return False
    if match["stop"] != ".":
        return True
    last = _LAST_WORD.search(body[max(0, match.start() - 30) : match.start()])
    token = last[0].lower() if last else ""
    bare = re.sub(r"\W", "", word).lower()
    if token in _NEVER_ENDS:
        return (
            not word[0].isdigit()
            and token in {"no", "al", "st", "sr", "jr", "est"}
            and bare in _STARTERS
        )
    if len(token) == 1 and token.isalpha():
        return bare in _STARTERS
    if token in _MAY_END or re.fullmatch(r"(?:[a-z]\.)+[a-z]", token):
        return bare in _STARTERS or bool(match["close"])
    return True


def _inside_short_quote(stop: int, cut: int, quotes: tuple[Quote, ...]) -> bool:
    return any(
        quote.char_start < stop
        and cut < quote.char_end
        and quote.is_closed
        and quote.inner_end - quote.inner_start <= _SHORT_QUOTE
        for quote in quotes
    )
