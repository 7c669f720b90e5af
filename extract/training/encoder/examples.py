"""From corpora to training windows: annotated sentences, their arrays, and batches.

Here belongs what the heads are taught and what stays unknown to them. Reading a corpus's format belongs in `corpora.py`
and `conflict_corpus.py`; everything that reading must do alike (pieces, features) in `extract/encoder/pieces.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

import numpy as np
import torch
from torch import Tensor

from extract.encoder.labels import LINK_LAYERS, SPAN_LAYERS, Labels, bio_tags
from extract.encoder.pieces import (
    CASES,
    QUOTE_FORMS,
    SPECIAL_FEATURE,
    Pieces,
    quoted_flags,
    word_feature,
)
from extract.training.conflict_corpus import (
    ANCHORS,
    HARM_TYPES,
    INCIDENT_REALIS,
    ConflictArticle,
    ConflictSentence,
    Frame,
    Part,
    incident_types,
    word_offsets,
)
from extract.training.corpora import spans_of
from extract.training.vary import without_words
from extract.training.words import ROOT, Sentence, Word

Span = tuple[int, int]

REALIS = (*INCIDENT_REALIS, "background")
MIN_FEATURES_COUNT = 2
MAX_WINDOW = 200
PARTS_TAGGED = {
    "casualty": ("casualty", ("harm", "count", "victim")),
    "trigger": ("incident", ("trigger",)),
    "argument": ("incident", ("perpetrator", "target", "time", "place", "weapon")),
    "attribution": ("attribution", ("source", "cue", "content", "addressee")),
    "nested": ("attribution", ("source", "cue", "content", "addressee")),
}
"""For each layer the kind of frame it shows and its parts; of two that overlap, the one named first keeps the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """One sentence with all that is known of it; what is absent is unknown, not outside.

    `tags` has IOB2 tags by layer; `links` by link layer the position of each part's first word and of its anchor's
    first (its own where it has none); `attributes` the label of a word by head. `is_sentence` is False for text of
    several sentences whose boundaries are unknown.
    """

    words: Sentence
    tags: Mapping[str, Sequence[str]] = field(default_factory=dict)
    links: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    attributes: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    is_sentence: bool = True


Document = list[Annotated]


def from_words(document: Iterable[Sentence]) -> Document:
    """Return a document of plain sentences; their entities, where the corpus marks them, are the layer `ner`."""
    return [
        Annotated(
            words=sentence,
            tags={"ner": [word.entity for word in sentence]}
            if any(word.entity for word in sentence)
            else {},
        )
        for sentence in document
    ]


def with_entities(
    documents: Iterable[Document], named: Iterable[Iterable[Sentence]]
) -> list[Document]:
    """Return the documents with the entities of the sentences of `named` that have the same words."""
    tags = {
        tuple(word.form for word in sentence): [word.entity for word in sentence]
        for document in named
        for sentence in document
    }
    return [
        [
            replace(sentence, tags={"ner": found})
            if (found := tags.get(tuple(word.form for word in sentence.words)))
            else sentence
            for sentence in document
        ]
        for document in documents
    ]


def from_attributions(sentences: Iterable[tuple[Sentence, list[str]]]) -> list[Document]:
    """Return a document for each entry with tags of source, cue and content; where its sentences begin is unknown."""
    return [
        [Annotated(words=words, tags={"attribution": tags}, is_sentence=False)]
        for words, tags in sentences
    ]


def from_article(article: ConflictArticle, *, tokenise: Callable[[str], Sentence]) -> Document:
    """Return an article of our own corpus; `tokenise` cuts the sentences that have no tree yet."""
    return [
        from_frames(sentence, sentence.words or tokenise(sentence.text))
        for sentence in article.sentences
    ]


def from_frames(sentence: ConflictSentence, words: Sentence) -> Annotated:
    """Return a sentence with all layers of its annotation lines."""
    spans = _word_spans(sentence, words)
    return Annotated(
        words=words,
        tags=_layer_tags(sentence, spans, size=len(words)),
        links=_links(sentence.frames, spans),
        attributes=_attributes(sentence.frames, spans),
    )


def _word_spans(sentence: ConflictSentence, words: Sentence) -> dict[Part, Span]:
    """Return for every part the positions of its first word and after its last one."""
    starts, ends = word_offsets(words)
    spans: dict[Part, Span] = {}
    for part in (*sentence.entities, *(p for frame in sentence.frames for p in frame.parts)):
        inside = [
            position
            for position in range(len(words))
            if starts[position] < part.char_end and ends[position] > part.char_start
        ]
        spans[part] = inside[0], inside[-1] + 1
    return spans


def _layer_tags(
    sentence: ConflictSentence, spans: Mapping[Part, Span], *, size: int
) -> dict[str, list[str]]:
    tags: dict[str, list[str]] = {layer: ["O"] * size for layer in SPAN_LAYERS}
    for part in sentence.entities:
        _tag(tags["ner"], spans[part], part.role)
    for layer, (kind, roles) in PARTS_TAGGED.items():
        frames = [
            frame
            for frame in sentence.frames
            if frame.layer == kind
            and (kind != "attribution" or _is_nested(frame, sentence.frames) == (layer == "nested"))
        ]
        for role in roles:
            for part in (part for frame in frames for part in frame.of(role)):
                _tag(tags[layer], spans[part], role.upper())
    return tags


def _links(frames: Iterable[Frame], spans: Mapping[Part, Span]) -> dict[str, dict[int, int]]:
    """Return the links by layer; of several anchors of the same part, the nearest, of equally near ones the first."""
    links: dict[str, dict[int, int]] = {layer: {} for layer in LINK_LAYERS}
    for frame in frames:
        anchors = frame.of(ANCHORS[frame.layer])
        for part in frame.parts:
            if part in anchors:
                continue
            first = spans[part][0]
            counts = frame.of("count") if part.role == "victim" else ()
            anchor = spans[(counts or anchors or (part,))[0]][0]
            known = links[frame.layer].get(first)
            if known is None or abs(known - first) > abs(anchor - first):
                links[frame.layer][first] = anchor
    return links


def _attributes(frames: Iterable[Frame], spans: Mapping[Part, Span]) -> dict[str, dict[int, str]]:
    """Return the types and realis of the words of anchors; where anchors share a word, those of the first frame."""
    attributes: dict[str, dict[int, str]] = {"harm_type": {}, "incident_type": {}, "realis": {}}
    for frame in frames:
        labels = {
            "harm_type": frame.kind if frame.layer == "casualty" else "",
            "incident_type": frame.kind if frame.layer == "incident" else "",
            "realis": frame.realis,
        }
        for part in frame.of(ANCHORS[frame.layer]):
            for name in (name for name, label in labels.items() if label):
                for position in range(*spans[part]):
                    attributes[name].setdefault(position, labels[name])
    return attributes


def _is_nested(frame: Frame, frames: Iterable[Frame]) -> bool:
    if frame.layer != "attribution" or not frame.parts:
        return False
    start = min(part.char_start for part in frame.parts)
    end = max(part.char_end for part in frame.parts)
    return any(
        content.char_start <= start and end <= content.char_end
        for other in frames
        if other is not frame and other.layer == "attribution"
        for content in other.of("content")
    )


def _tag(tags: list[str], span: Span, label: str) -> None:
    """Tag the words of the span; where some are taken, those up to the first taken one that are free."""
    free = [position for position in range(*span) if tags[position] == "O"]
    for number, position in enumerate(free):
        starts = number == 0 or free[number - 1] + 1 != position
        tags[position] = f"{'B' if starts else 'I'}-{label}"


NUMBER_WORDS = (
    "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty".split()
)


def renamed(documents: Iterable[Document], *, rng: Random) -> list[Document]:
    """Return the documents with other names and numbers in the same places, so that no name is learned for its role.

    Words of a name are exchanged for words of names of the same kind in these documents, number words and figures for
    others of the same length; years and "one" stay. The annotation is unchanged.
    """
    documents = list(documents)
    pools: dict[str, list[str]] = {}
    for sentence in (sentence for document in documents for sentence in document):
        for word, tag in zip(sentence.words, sentence.tags.get("ner", ()), strict=False):
            if tag != "O" and word.form.istitle():
                pools.setdefault(tag[2:], []).append(word.form)

    def other(word: Word, tag: str) -> Word:
        form = word.form
        if tag != "O" and form.istitle():
            form = rng.choice(pools[tag[2:]])
        elif form.lower() in NUMBER_WORDS:
            form = rng.choice(NUMBER_WORDS)
            form = form.capitalize() if word.form[0].isupper() else form
        elif form.isdigit() and not (len(form) == 4 and form[:2] in ("19", "20")) and form != "1":
            form = str(rng.randint(max(2, 10 ** (len(form) - 1)), 10 ** len(form) - 1))
        return word if form == word.form else replace(word, form=form, lemma="")

    return [
        [
            replace(
                sentence,
                words=tuple(map(other, sentence.words, sentence.tags["ner"])),
            )
            if "ner" in sentence.tags
            else sentence
            for sentence in document
        ]
        for document in documents
    ]


def label_lists(documents: Iterable[Document]) -> Labels:
    """Return the labels that the documents use; feature bundles seen once are left out."""
    xpos, upos, rel = set(), set(), set()
    feats: Counter[str] = Counter()
    for document in documents:
        for word in (word for sentence in document for word in sentence.words):
            if word.upos:
                upos.add(word.upos)
                xpos.add(word.xpos)
            if word.upos and word.feats is not None:
                feats[word.feats] += 1
            if word.dep:
                rel.add("ROOT" if word.dep == "root" else word.dep)

    return Labels(
        xpos=tuple(sorted(xpos - {""})), upos=tuple(sorted(upos)),
        feats=tuple(sorted(label for label, count in feats.items() if count >= MIN_FEATURES_COUNT)),
        rel=tuple(sorted(rel)), harm_type=HARM_TYPES, incident_type=incident_types(), realis=REALIS,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Encoded:
    """One sentence as arrays: pieces and their words, features without quotation, and labels by name (-1 unknown).

    `head`, and the links, count from the sentence's first word.
    """

    ids: np.ndarray
    owners: np.ndarray
    features: np.ndarray
    labels: Mapping[str, np.ndarray]

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.labels["xpos"])


class Encoder:
    """Turns annotated sentences into arrays with one set of labels."""

    def __init__(self, labels: Labels, pieces: Pieces) -> None:
        self.pieces = pieces
        self.index = {
            name: {label: number for number, label in enumerate(getattr(labels, name))}
            for name in (
                "xpos",
                "upos",
                "feats",
                "rel",
                "harm_type",
                "incident_type",
                "realis",
            )
        }
        self.tags = {
            layer: {tag: number for number, tag in enumerate(bio_tags(layer))}
            for layer in SPAN_LAYERS
        }

    def encode(self, sentence: Annotated, quoted: Sequence[bool]) -> Encoded:
        """Return the arrays of a sentence; `quoted` tells for every word whether it stands in a quotation."""
        words = sentence.words
        ids, owners, features = [], [], []
        for position, word in enumerate(words):
            glued = position > 0 and not words[position - 1].space
            feature = word_feature(word.form, is_glued=glued, is_quoted=quoted[position])
            for piece in self.pieces.of(word.form):
                ids.append(piece)
                owners.append(position)
                features.append(feature)
        labels = self._word_labels(words) | self._layer_labels(sentence)
        return Encoded(np.array(ids), np.array(owners), np.array(features), labels)

    def _word_labels(self, words: Sentence) -> dict[str, np.ndarray]:
        """Return the labels of tags, features and trees."""
        names = ("xpos", "upos", "feats", "rel", "head")
        labels = {name: np.full(len(words), -1) for name in names}
        for position, word in enumerate(words):
            if word.xpos:
                labels["xpos"][position] = self.index["xpos"].get(word.xpos, -1)
            if word.upos:
                labels["upos"][position] = self.index["upos"].get(word.upos, -1)
                labels["feats"][position] = self.index["feats"].get(word.feats or "", -1)
            if word.dep and word.head is not None:
                labels["head"][position] = position if word.head == ROOT else word.head
                relation = "ROOT" if word.dep == "root" else word.dep
                labels["rel"][position] = self.index["rel"].get(relation, -1)
        return labels

    def _layer_labels(self, sentence: Annotated) -> dict[str, np.ndarray]:
        """Return the labels of sentence starts, span layers, links, types and realis."""
        size = len(sentence.words)
        attributes = ("harm_type", "incident_type", "realis")
        labels = {name: np.full(size, -1) for name in (*attributes, "sents", *SPAN_LAYERS)}
        labels |= {f"link_{layer}": np.full(size, -1) for layer in LINK_LAYERS}
        if sentence.is_sentence:
            labels["sents"][:] = 0
        labels["sents"][0] = 1
        for layer, tags in sentence.tags.items():
            labels[layer] = np.array([self.tags[layer].get(tag, -1) for tag in tags])
        for layer, links in sentence.links.items():
            for part, anchor in links.items():
                labels[f"link_{layer}"][part] = anchor
        for name, values in sentence.attributes.items():
            for position, label in values.items():
                labels[name][position] = self.index[name].get(label, -1)
        return labels

    def variants(self, document: Document) -> list[tuple[Encoded, Encoded]]:
        """Return every sentence as it is written and as the reader sees it, without quotation marks."""
        quoted = quoted_flags([word.form for sentence in document for word in sentence.words])
        at = 0
        pairs = []
        for sentence in document:
            flags = quoted[at : at + len(sentence.words)]
            at += len(sentence.words)
            written = self.encode(sentence, flags)
            masked, kept = masked_quotes(sentence)
            pairs.append(
                (
                    written,
                    written
                    if masked is sentence
                    else self.encode(masked, [flags[i] for i in kept]),
                )
            )
        return pairs


def masked_quotes(sentence: Annotated) -> tuple[Annotated, list[int]]:
    """Return the sentence without its quotation marks and the positions that were kept.

    Where a word depends on a mark, or there is nothing else or no mark, it is the sentence itself.
    """
    words = sentence.words
    drop = frozenset(i for i, word in enumerate(words) if word.form in QUOTE_FORMS)
    kept = [i for i in range(len(words)) if i not in drop]
    bare = without_words(words, drop=drop) if drop else words
    if len(bare) != len(kept) or not drop:
        return sentence, list(range(len(words)))
    new = {old: position for position, old in enumerate(kept)}

    def tags_left(tags: Sequence[str]) -> list[str]:
        left: list[str] = []
        for position in kept:
            tag = tags[position]
            # A span that began with the mark now begins with its next word.
            if (
                tag.startswith("I-")
                and position - 1 in drop
                and tags[position - 1] == f"B-{tag[2:]}"
            ):
                tag = f"B-{tag[2:]}"
            left.append(tag)
        return left

    def moved(position: int) -> int | None:
        return new.get(position, new.get(position + 1))

    links = {
        layer: {
            part: anchor
            for old, old_anchor in found.items()
            if (part := moved(old)) is not None and (anchor := moved(old_anchor)) is not None
        }
        for layer, found in sentence.links.items()
    }
    attributes = {
        name: {new[position]: label for position, label in values.items() if position in new}
        for name, values in sentence.attributes.items()
    }
    masked = replace(
        sentence, words=bare, links=links, attributes=attributes,
        tags={layer: tags_left(tags) for layer, tags in sentence.tags.items()},
    )  # fmt: skip
    return masked, kept


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows padded to one size; shapes as in `Network`. `words` has the labels (B, W) by name, -1 where unknown."""

    ids: Tensor
    features: Tensor
    mask: Tensor
    pooling: Tensor
    same_sentence: Tensor
    words: Mapping[str, Tensor]


Window = list[Encoded]


def windows(
    documents: Iterable[Sequence[tuple[Encoded, Encoded]]], *, rng: Random, with_quotes: float = 0.3
) -> Iterator[Window]:
    """Yield runs of consecutive sentences, each up to a random number of pieces, quotation marks mostly left out."""
    for document in documents:
        window: Window = []
        size, limit = 0, _limit(rng)
        is_written = rng.random() < with_quotes
        for pair in document:
            sentence = pair[0 if is_written else 1]
            if len(sentence.ids) > MAX_WINDOW * 2:
                continue
            if window and size + len(sentence.ids) > limit:
                yield window
                window, size, limit = [], 0, _limit(rng)
                is_written = rng.random() < with_quotes
                sentence = pair[0 if is_written else 1]
            window.append(sentence)
            size += len(sentence.ids)
        if window:
            yield window


def _limit(rng: Random) -> int:
    return rng.choice((1, 40, 100, MAX_WINDOW, MAX_WINDOW))


def batches(
    found: Sequence[Window], *, pieces: int, rng: Random, cls: int, sep: int, recase: float = 0.0
) -> Iterator[Batch]:
    """Yield batches of windows of like size, at most about `pieces` pieces each with padding, in random order.

    With the chance `recase`, a window is shown in capitals or in lower case: only its features tell the encoder.
    """
    order = sorted(found, key=lambda window: (sum(len(s.ids) for s in window), rng.random()))
    groups: list[list[Window]] = []
    for window in order:
        size = sum(len(sentence.ids) for sentence in window) + 2
        if groups and size * (len(groups[-1]) + 1) <= pieces:
            groups[-1].append(window)
        else:
            groups.append([window])
    rng.shuffle(groups)
    for group in groups:
        yield collate(group, cls=cls, sep=sep, rng=rng, recase=recase)


def collate(
    group: Sequence[Window], *, cls: int, sep: int, rng: Random, recase: float = 0.0
) -> Batch:
    """Return one batch of the windows."""
    piece_count = max(sum(len(s.ids) for s in window) for window in group) + 2
    word_count = max(sum(len(s) for s in window) for window in group)
    shape, word_shape = (len(group), piece_count), (len(group), word_count)
    ids, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    features = np.full(shape, SPECIAL_FEATURE)
    pooling = np.zeros((len(group), word_count, piece_count), np.float32)
    sentence_of = np.full(word_shape, -1)
    names = list(group[0][0].labels)
    words = {name: np.full(word_shape, -1) for name in names}
    for row, window in enumerate(group):
        piece, first = 1, 0
        ids[row, 0] = cls
        for number, sentence in enumerate(window):
            size, length = len(sentence.ids), len(sentence)
            ids[row, piece : piece + size] = sentence.ids
            features[row, piece : piece + size] = sentence.features
            pooling[row, first + sentence.owners, piece + np.arange(size)] = 1
            sentence_of[row, first : first + length] = number
            for name in names:
                values = sentence.labels[name]
                if name == "head" or name.startswith("link_"):
                    values = np.where(values >= 0, values + first, -1)
                words[name][row, first : first + length] = values
            piece += size
            first += length
        ids[row, piece] = sep
        mask[row, : piece + 1] = 1
        if rng.random() < recase:
            features[row] = _recased(features[row], 3 if rng.random() < 0.5 else 1)
    pooling /= np.maximum(pooling.sum(-1, keepdims=True), 1)
    same = (sentence_of[:, :, None] == sentence_of[:, None, :]) & (sentence_of >= 0)[:, None, :]
    return Batch(
        ids=torch.from_numpy(ids), features=torch.from_numpy(features.astype(np.int64)),
        mask=torch.from_numpy(mask), pooling=torch.from_numpy(pooling),
        same_sentence=torch.from_numpy(same),
        words={name: torch.from_numpy(values.astype(np.int64)) for name, values in words.items()},
    )  # fmt: skip


def _recased(features: np.ndarray, case: int) -> np.ndarray:
    """Return the features with every word that has letters in the given case class."""
    classes = features % CASES
    has_letters = (features < SPECIAL_FEATURE) & np.isin(classes, (1, 2, 3, 4, 5))
    return np.where(has_letters, features - classes + case, features)


def entity_spans(tags: Sequence[str]) -> set[tuple[int, int, str]]:
    """Return the (start, end, label) spans of IOB2 tags."""
    return set(spans_of(tags))
