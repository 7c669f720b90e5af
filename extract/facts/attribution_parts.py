"""The trained reader of attributions: which words the encoder's heads mark as source, cue and content.

It reads `doc.spans["attributions"]` and `["nested_attributions"]`, which the accurate language model writes; with
another model it knows nothing. How its readings meet those of the rules belongs in `attributions.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from extract.language.parse import Span
from extract.language.reading import Reading

GROUPS = ("attributions", "nested_attributions")

Tokens = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TrainedAttribution:
    """What the heads link to one cue; ranges of tokens, end-exclusive.

    `contents` are the pieces of the content in order, none where the words are only told of. A content or source that
    no cue of its sentence governs stands alone: `cue` is None.
    """

    cue: Tokens | None
    source: Tokens | None
    contents: tuple[Tokens, ...]
    is_nested: bool = False

    @property
    def start(self) -> int:
        """The first token of all its parts."""
        parts = [part for part in (self.cue, self.source, *self.contents) if part]
        return min(part[0] for part in parts)


def read_attributions(reading: Reading) -> tuple[TrainedAttribution, ...] | None:
    """Return what the trained heads mark in the article, in reading order; None where the model has no such heads."""
    if GROUPS[0] not in reading.doc.spans:
        return None
    found = [trained for name in GROUPS for trained in _in_group(reading, name)]
    return tuple(sorted(found, key=lambda trained: (trained.start, trained.is_nested)))


def _in_group(reading: Reading, name: str) -> Iterator[TrainedAttribution]:
    if name not in reading.doc.spans:
        return
    group = reading.doc.spans[name]
    parts, links = group.spans, group.attrs.get("links", {})
    is_nested = name != GROUPS[0]
    linked: dict[int, list[Span]] = {}
    for index, part in enumerate(parts):
        cue = links.get(index)
        if cue is not None:
            linked.setdefault(cue, []).append(part)
        elif part.label_ == "CONTENT":
            yield TrainedAttribution(None, None, (_tokens(part),), is_nested)
    for index, part in enumerate(parts):
        if part.label_ != "CUE":
            continue
        own = linked.get(index, [])
        sources = [other for other in own if other.label_ == "SOURCE"]
        nearest = min(sources, key=lambda source: _distance(source, part), default=None)
        contents = tuple(_tokens(other) for other in own if other.label_ == "CONTENT")
        if nearest is not None or contents:
            source = _tokens(nearest) if nearest is not None else None
            yield TrainedAttribution(_tokens(part), source, contents, is_nested)


def _tokens(part: Span) -> Tokens:
    return part.start, part.end


def _distance(one: Span, other: Span) -> int:
    return max(one.start - other.end, other.start - one.end)
