"""The labels that the encoder's heads know, in the order of their scores.

The layers and their parts are those of `docs/annotation-guide.md`; the lists of tags, features and
relations come from the training corpora and are shipped in `labels.json`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

LABELS_FILE = "labels.json"
ROOT = "ROOT"

SPAN_LAYERS: dict[str, tuple[str, ...]] = {
    "ner": ("PERSON", "ORG", "LOC", "NORP"),
    "casualty": ("COUNT", "VICTIM", "HARM"),
    "trigger": ("TRIGGER",),
    "argument": ("PLACE", "TIME", "PERPETRATOR", "TARGET", "WEAPON"),
    "attribution": ("SOURCE", "CUE", "CONTENT", "ADDRESSEE"),
    "nested": ("SOURCE", "CUE", "CONTENT", "ADDRESSEE"),
}
"""The layers of flat spans: each is tagged word by word on its own, so that spans of different layers may overlap."""

LINK_LAYERS: tuple[str, ...] = ("casualty", "incident", "attribution")
"""The layers of links from a part's first word to the first word of its anchor."""


def bio_tags(layer: str) -> tuple[str, ...]:
    """Return the tags of a layer: "O", then "B-" and "I-" of each label."""
    return (
        "O",
        *(f"{prefix}-{label}" for label in SPAN_LAYERS[layer] for prefix in ("B", "I")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The label lists of the word-wise heads; position in the list is position in the scores."""

    xpos: tuple[str, ...]
    upos: tuple[str, ...]
    feats: tuple[str, ...]
    rel: tuple[str, ...]
    harm_type: tuple[str, ...]
    incident_type: tuple[str, ...]
    realis: tuple[str, ...]

    def to_disk(self, folder: Path) -> None:
        """Write the lists to `labels.json` in the folder."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=0)
        (folder / LABELS_FILE).write_text(text + "\n", encoding="utf-8")


def read_labels(folder: Path) -> Labels:
    """Return the lists of `labels.json` in the folder.

    Raises OSError where there is none, ValueError where it has other lists, as that of another version.
    """
    lists = json.loads((folder / LABELS_FILE).read_text(encoding="utf-8"))
    wanted = {field.name for field in fields(Labels)}
    if set(lists) != wanted:
        raise ValueError(f"{folder / LABELS_FILE} has other lists than {', '.join(sorted(wanted))}")
    return Labels(**{name: tuple(labels) for name, labels in lists.items()})
