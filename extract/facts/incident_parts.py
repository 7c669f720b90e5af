"""The trained reader of incidents: which words the encoder's heads mark as naming an event, and its realis.

It reads `doc.spans["incidents"]`, which the accurate language model writes; with another model it knows nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from extract.language.reading import Reading

PARTS = "incidents"


@dataclass(frozen=True, slots=True)
class TrainedEvent:
    """What the heads say of the words of a trigger; `realis` may also be "background".

    `arguments` are the labels of the parts that they link to it: PLACE, TIME, PERPETRATOR, TARGET, WEAPON.
    """

    incident_type: str
    realis: str
    arguments: frozenset[str]


@dataclass(frozen=True, slots=True)
class TrainedReading:
    """The trained triggers of an article by token. `is_known` is false where the language model has no such heads."""

    is_known: bool
    events: Mapping[int, TrainedEvent]

    def at(self, token_start: int, token_end: int) -> TrainedEvent | None:
        """Return the trained trigger that touches the tokens [token_start, token_end)."""
        return next(
            (self.events[i] for i in range(token_start, token_end) if i in self.events), None
        )


def read_events(reading: Reading) -> TrainedReading:
    """Return what the trained heads mark in the article."""
    if PARTS not in reading.doc.spans:
        return TrainedReading(is_known=False, events={})
    group = reading.doc.spans[PARTS]
    types, realis = group.attrs.get("types", {}), group.attrs.get("realis", {})
    arguments: dict[int, set[str]] = {}
    parts = group.spans
    for part, trigger in group.attrs.get("links", {}).items():
        arguments.setdefault(trigger, set()).add(parts[part].label_)
    return TrainedReading(
        is_known=True,
        events={
            token: TrainedEvent(types[index], realis[index], frozenset(arguments.get(index, ())))
            for index, part in enumerate(parts)
            if part.label_ == "TRIGGER" and index in types
            for token in range(part.start, part.end)
        },
    )
