"""The spaCy component `conflict_encoder`: trees, entities, and the parts of casualties, incidents and attributions.

It writes what any pipeline writes (`token.tag_`, `pos_`, `morph`, `head`, `dep_`, `doc.sents`, `doc.ents`,
`doc.tensor`; lemmas are left to spaCy's lemmatiser) and four span groups: `doc.spans["casualties"]`, `["incidents"]`,
`["attributions"]` and `["nested_attributions"]`. Their labels are the parts of `labels.SPAN_LAYERS`;
`group.attrs["links"]` maps the index of a part to that of its anchor (harm or count, trigger, cue), `attrs["types"]`
and `attrs["realis"]` the index of a harm or trigger to its type and realis. The sentence vector is `span.vector`, the
mean of `doc.tensor` over the span.
What the parts mean together belongs in `extract/facts`.
"""

from __future__ import annotations

import tempfile
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import srsly
from spacy.attrs import DEP, HEAD, MORPH, POS, TAG
from spacy.language import Language
from spacy.scorer import Scorer, get_ner_prf
from spacy.tokens import Doc, Span, SpanGroup
from spacy.training import Example

from extract.encoder.labels import ROOT
from extract.encoder.network import FILES, WORD_LAYERS, Network, Scores
from extract.encoder.noun_chunks import noun_chunks
from extract.encoder.pieces import MAX_PIECES, quoted_flags
from extract.encoder.trees import best_tree

COMPONENT = "conflict_encoder"
"""Name of the factory."""

QUOTED = "quoted"
"""Key of `doc.user_data`: for every token whether it is quoted, for a `Doc` from which the marks were left out."""

WINDOW_PIECES = 200
GROUPS = {
    "casualties": (("casualty",), "casualty"),
    "incidents": (("trigger", "argument"), "incident"),
    "attributions": (("attribution",), "attribution"),
    "nested_attributions": (("nested",), "attribution"),
}
ANCHORS = {"casualty": ("HARM", "COUNT"), "incident": ("TRIGGER",), "attribution": ("CUE",)}
TYPE_LAYERS = {"HARM": "harm_type", "TRIGGER": "incident_type"}
ASSIGNS = [
    "token.tag", "token.pos", "token.morph", "token.dep", "token.head", "token.is_sent_start",
    "doc.sents", "doc.ents", "doc.tensor", "doc.spans",
]  # fmt: skip


@Language.factory(COMPONENT, assigns=ASSIGNS, default_config={"threads": 1})
def make_encoder(nlp: Language, name: str, threads: int) -> ConflictEncoder:
    """Return the component without weights; `from_disk` loads them. `threads` is the number a document may use."""
    nlp.vocab.get_noun_chunks = cast(Any, noun_chunks)
    return ConflictEncoder(name=name, threads=threads)


_Part = tuple[int, int, str]
"""Start and end in words of a window, and label."""


@dataclass(frozen=True, slots=True)
class _Window:
    """The words [start, end) of a document that one pass settles, with the scores of all words it saw."""

    start: int
    end: int
    starts: tuple[int, ...]
    scores: Scores


class ConflictEncoder:
    """Annotates documents with one pass of the encoder over windows of whole sentences.

    It has no `pipe`: a window at a time is as fast as many on a CPU, and spaCy then handles errors by document.
    """

    def __init__(self, *, name: str = COMPONENT, threads: int = 1) -> None:
        self.name = name
        self.threads = threads
        self._network: Network | None = None
        self._unpacked: tempfile.TemporaryDirectory[str] | None = None

    @property
    def network(self) -> Network:
        """The loaded network. Raises ValueError before weights were loaded."""
        if self._network is None:
            raise ValueError(f"the component {self.name} has no weights: load a pipeline folder")
        return self._network

    def __call__(self, doc: Doc) -> Doc:
        """Annotate the document; sentence starts that are set for all its tokens are kept."""
        places = [token.i for token in doc if not token.is_space]
        if not places:
            return doc
        known = _known_starts(doc, places)
        words = [doc[i].text for i in places]
        glued = [bool(i) and not doc[i - 1].is_space and not doc[i - 1].whitespace_ for i in places]
        flags: Sequence[bool] = doc.user_data.get(QUOTED) or []
        quoted = [flags[i] for i in places] if flags else quoted_flags(words)
        all_known = doc.has_annotation("SENT_START", require_complete=True)
        windows = list(self._windows(words, glued, quoted, known, all_known))
        self._write_words(doc, places, windows)
        self._write_spans(doc, places, windows)
        return doc

    def _windows(
        self,
        words: Sequence[str],
        glued: Sequence[bool],
        quoted: Sequence[bool],
        known: frozenset[int],
        all_known: bool,
    ) -> Iterator[_Window]:
        """Yield windows that together settle every word once, each up to a sentence's end.

        A sentence that a window cuts off is read again from its start in the next one. A sentence longer than the
        encoder can see is cut.
        """
        network = self.network
        sizes = [len(network.pieces.of(word)) for word in words]
        start = 0
        while start < len(words):
            limit = WINDOW_PIECES
            while True:
                end = _reach(sizes, start, limit)
                if all_known and end < len(words):
                    inside = [word for word in range(end, start, -1) if word in known]
                    end = inside[0] if inside else end
                scores = network.scores(
                    words[start:end], glued=glued[start:end], quoted=quoted[start:end]
                )
                starts = [start] + [
                    word
                    for word in range(start + 1, end)
                    if word in known or (not all_known and scores.starts[word - start] > 0)
                ]
                is_settled = end == len(words) or end in known
                if is_settled or len(starts) > 1 or limit == MAX_PIECES:
                    break
                limit = MAX_PIECES
            if not is_settled and len(starts) > 1:
                end = starts.pop()
            yield _Window(start, end, tuple(starts), scores)
            start = end

    def _write_words(self, doc: Doc, places: Sequence[int], windows: Sequence[_Window]) -> None:
        network, strings = self.network, doc.vocab.strings
        labels = network.labels
        vectors = np.zeros((len(doc), windows[0].scores.vectors.shape[1]), np.float32)
        heads = np.arange(len(doc))
        columns = {attr: np.zeros(len(doc), dtype=np.uint64) for attr in (TAG, POS, MORPH, DEP)}
        root = labels.rel.index(ROOT)
        for window in windows:
            size = window.end - window.start
            place = np.array(places[window.start : window.end])
            best = {name: window.scores.best[name][:size] for name in WORD_LAYERS}
            vectors[place] = window.scores.vectors[:size]
            columns[TAG][place] = [strings.add(labels.xpos[i]) for i in best["xpos"]]
            columns[POS][place] = [strings.add(labels.upos[i]) for i in best["upos"]]
            columns[MORPH][place] = [
                doc.vocab.morphology.add(labels.feats[i]) for i in best["feats"]
            ]
            bounds = [*window.starts, window.end]
            found = np.empty(size, dtype=np.int64)
            for first, last in zip(bounds, bounds[1:], strict=False):
                a, b = first - window.start, last - window.start
                found[a:b] = best_tree(window.scores.arcs[a:b, a:b]) + a
            is_root = found == np.arange(size)
            rels = network.relations(window.scores.rel_dep[:size], window.scores.rel_head[found])
            columns[DEP][place] = [
                strings.add(labels.rel[root if rooted else rel])
                for rel, rooted in zip(rels, is_root, strict=True)
            ]
            heads[place] = place[found]
        # White space is tagged as spaCy tags it and hangs on the word before it, or on the first word.
        previous = places[0]
        filled = set(places)
        for i in range(len(doc)):
            if i in filled:
                previous = i
            else:
                heads[i] = previous
                columns[TAG][i], columns[POS][i] = strings.add("_SP"), strings["SPACE"]
        offsets = (heads - np.arange(len(doc))).astype(np.int64).astype(np.uint64)
        array = np.stack([offsets, *columns.values()], axis=1)
        doc.from_array([HEAD, *columns], cast(Any, array))
        doc.tensor = cast(Any, vectors)

    def _write_spans(self, doc: Doc, places: Sequence[int], windows: Sequence[_Window]) -> None:
        def span(window: _Window, part: _Part) -> Span:
            first, last = places[window.start + part[0]], places[window.start + part[1] - 1]
            return Span(doc, first, last + 1, label=part[2])

        doc.set_ents([span(w, part) for w in windows for part in self._parts(w, ("ner",))])
        for name, (layers, links) in GROUPS.items():
            spans: list[Span] = []
            attrs: dict[str, dict[int, Any]] = {"links": {}, "types": {}, "realis": {}}
            for window in windows:
                parts = self._parts(window, layers)
                first = len(spans)
                spans += [span(window, part) for part in parts]
                for part, anchor in self._links(window, parts, links):
                    attrs["links"][first + part] = first + anchor
                for index, (start, _, label) in enumerate(parts):
                    if label in TYPE_LAYERS:
                        kind, realis = self._type(window, start, TYPE_LAYERS[label])
                        attrs["types"][first + index] = kind
                        attrs["realis"][first + index] = realis
            group = SpanGroup(doc, name=name, spans=spans)
            group.attrs.update({key: values for key, values in attrs.items() if values})
            doc.spans[name] = group

    def _parts(self, window: _Window, layers: Iterable[str]) -> list[_Part]:
        """Return the parts of the layers that begin in the settled words of the window, in order, cut at their end."""
        size = window.end - window.start
        found = (
            part
            for layer in layers
            for part in self.network.spans(layer, window.scores.tags[layer])
        )
        return sorted((start, min(end, size), label) for start, end, label in found if start < size)

    def _links(
        self, window: _Window, parts: Sequence[_Part], layer: str
    ) -> Iterator[tuple[int, int]]:
        """Yield the index of each part and of its anchor in the same sentence.

        A count hangs on a harm only, a victim on a count or harm.
        """
        sentences = [bisect_right(window.starts, window.start + start) for start, _, _ in parts]
        anchors = {
            start: index for index, (start, _, label) in enumerate(parts) if label in ANCHORS[layer]
        }
        for index, (start, _, label) in enumerate(parts):
            if label == ANCHORS[layer][0]:
                continue
            rivals = [
                word
                for word, other in anchors.items()
                if other != index
                and sentences[other] == sentences[index]
                and (label != "COUNT" or parts[other][2] != "COUNT")
            ]
            anchor = self.network.anchor(layer, window.scores.links, start, rivals)
            if anchor is not None:
                yield index, anchors[anchor]

    def _type(self, window: _Window, word: int, layer: str) -> tuple[str, str]:
        labels, best = self.network.labels, window.scores.best
        return getattr(labels, layer)[best[layer][word]], labels.realis[best["realis"][word]]

    def score(self, examples: Iterable[Example], **_: Any) -> dict[str, Any]:
        """Return spaCy's own scores of tags, trees without punctuation arcs, sentences and entities."""
        found = list(examples)
        scores: dict[str, Any] = {}
        for attr in ("tag", "pos"):
            scores |= Scorer.score_token_attr(found, attr)
        scores |= Scorer.score_token_attr(found, "morph", getter=lambda token, _: str(token.morph))
        scores |= Scorer.score_spans(found, "sents")
        scores |= Scorer.score_deps(
            found,
            "dep",
            ignore_labels=("p", "punct"),
            getter=lambda token, attr: getattr(token, f"{attr}_"),
        )
        return scores | get_ner_prf(found)

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Write the weights into the folder."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self._contents().items():
            (folder / name).write_bytes(content)

    def from_disk(self, path: str | Path, **_: Any) -> ConflictEncoder:
        """Load the weights of the folder. Raises OSError or ValueError where they cannot be read."""
        self._network = Network(Path(path), threads=self.threads)
        return self

    def to_bytes(self, **_: Any) -> bytes:
        """Return the weights as one string of bytes."""
        return bytes(srsly.msgpack_dumps(self._contents()))

    def from_bytes(self, data: bytes, **_: Any) -> ConflictEncoder:
        """Load the weights of `to_bytes`; they are kept in a temporary folder as long as the component lives."""
        self._unpacked = tempfile.TemporaryDirectory()
        folder = Path(self._unpacked.name)
        for name, content in srsly.msgpack_loads(data).items():
            (folder / name).write_bytes(content)
        return self.from_disk(folder)

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs: where the weights lie, as a session cannot be sent."""
        return {"name": self.name, "threads": self.threads, "folder": str(self.network.folder)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Load the weights again in this process."""
        self.__init__(name=state["name"], threads=state["threads"])  # type: ignore[misc]
        self.from_disk(state["folder"])

    def _contents(self) -> dict[str, bytes]:
        return {name: (self.network.folder / name).read_bytes() for name in FILES}


def _known_starts(doc: Doc, places: Sequence[int]) -> frozenset[int]:
    """Return the words at which a sentence is known to start: those set before, and those after a line break."""
    starts = set()
    for number, i in enumerate(places):
        gap = doc[places[number - 1] + 1 : i] if number else ()
        if number == 0 or doc[i].is_sent_start or any("\n" in token.text for token in gap):
            starts.add(number)
    return frozenset(starts)


def _reach(sizes: Sequence[int], start: int, limit: int) -> int:
    """Return the end of the longest run of words from `start` with at most `limit` pieces, at least one word."""
    total, end = 0, start
    while end < len(sizes) and (total + sizes[end] <= limit or end == start):
        total += sizes[end]
        end += 1
    return end
