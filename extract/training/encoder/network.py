"""The network: a small pretrained encoder, two layers over whole words, and a head for every layer of annotation.

Here belong shapes and losses. Decoding belongs in `extract/encoder`, the training loop in `train.py`.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel
from transformers.models.bert.modeling_bert import BertLayer

from extract.encoder.labels import LINK_LAYERS, SPAN_LAYERS, Labels, bio_tags
from extract.encoder.pieces import FEATURES
from extract.training.encoder.examples import Batch

ARC_SIZE, REL_SIZE, LINK_SIZE = 320, 256, 96
WEIGHTS = {
    "xpos": 0.3, "upos": 0.3, "feats": 0.3, "sents": 1.0, "arcs": 1.0, "rels": 1.0,
    "ner": 1.0, "casualty": 0.7, "trigger": 0.7, "argument": 0.7, "attribution": 0.7, "nested": 0.3,
    "links": 0.3, "harm_type": 0.2, "incident_type": 0.2, "realis": 0.2,
}  # fmt: skip
"""How much each loss, averaged over the words it concerns, weighs in the sum."""

WORD_HEADS = ("xpos", "upos", "feats", "harm_type", "incident_type", "realis")
FAR = -1e4


class Network(nn.Module):
    """Encoder and heads. `forward` takes arrays of windows padded to one size and returns the scores by name.

    Shapes: B windows, P pieces, W words.
    """

    def __init__(self, labels: Labels, *, encoder: Path, word_layers: int = 2) -> None:
        super().__init__()
        config = BertConfig.from_pretrained(encoder)
        config._attn_implementation = "eager"
        config.attention_probs_dropout_prob = 0.0
        self.bert = BertModel.from_pretrained(
            encoder, config=config, add_pooling_layer=False, attn_implementation="eager"
        )
        # The words of the language are known; what they do in conflict news is learned above them.
        self.bert.embeddings.word_embeddings.weight.requires_grad_(False)
        size = config.hidden_size
        self.features = nn.Embedding(FEATURES, size)
        nn.init.zeros_(self.features.weight)
        self.mix = nn.Parameter(torch.zeros(config.num_hidden_layers + 1))
        self.word_layers = nn.ModuleList(BertLayer(config) for _ in range(word_layers))
        for layer in self.word_layers:
            layer.apply(self.bert._init_weights)
        self.drop = nn.Dropout(0.2)
        self.word_heads = nn.ModuleDict(
            {name: nn.Linear(size, len(getattr(labels, name))) for name in WORD_HEADS}
        )
        self.sents = nn.Linear(size, 1)
        self.arc_dep, self.arc_head = _mlp(size, ARC_SIZE), _mlp(size, ARC_SIZE)
        self.arc = nn.Parameter(torch.randn(ARC_SIZE, ARC_SIZE) * 0.02)
        self.arc_bias = nn.Linear(ARC_SIZE, 1, bias=False)
        self.root = nn.Linear(ARC_SIZE, 1)
        self.rel_dep, self.rel_head = nn.Linear(size, 2 * REL_SIZE), nn.Linear(size, 2 * REL_SIZE)
        self.rel = nn.Linear(2 * REL_SIZE, len(labels.rel))
        self.spans = nn.ModuleDict(
            {
                layer: nn.Sequential(
                    nn.Linear(size, 192), nn.GELU(), nn.Dropout(0.2), nn.Linear(192, len(bio_tags(layer)))
                )
                for layer in SPAN_LAYERS
            }
        )  # fmt: skip
        self.crfs = nn.ModuleDict({layer: Crf(len(bio_tags(layer))) for layer in SPAN_LAYERS})
        self.link_dep = nn.Linear(size, LINK_SIZE * len(LINK_LAYERS))
        self.link_head = nn.Linear(size, LINK_SIZE * len(LINK_LAYERS))
        self.link = nn.Parameter(torch.randn(len(LINK_LAYERS), LINK_SIZE, LINK_SIZE) * 0.02)
        self.link_none = nn.Linear(size, len(LINK_LAYERS))
        _lock_dropout(self)

    def encode(self, ids: Tensor, features: Tensor, mask: Tensor, pooling: Tensor) -> Tensor:
        """Return the word vectors (B, W, size).

        They are a mixture of all layers, averaged over the pieces of a word, through the word layers.
        """
        embedded = self.bert.embeddings.word_embeddings(ids) + self.features(features)
        output = self.bert(inputs_embeds=embedded, attention_mask=mask, output_hidden_states=True)
        layers = torch.stack(output.hidden_states)
        words = pooling @ torch.einsum("l,lbps->bps", self.mix.softmax(-1), layers)
        word_mask = (pooling.sum(-1) > 0)[:, None, None, :]
        bias = torch.where(word_mask, 0.0, FAR).to(words.dtype)
        for layer in self.word_layers:
            result = layer(words, bias)
            words = result[0] if isinstance(result, tuple) else result
        return words

    def forward(
        self, ids: Tensor, features: Tensor, mask: Tensor, pooling: Tensor
    ) -> dict[str, Tensor]:
        """Return the scores: word-wise heads and span layers (B, W, labels), arcs and links (B, [L,] W, W)."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self.training):
            vectors = self.encode(ids, features, mask, pooling)
            scores = self.scores(self.drop(vectors))
        return {"vectors": vectors, **{name: score.float() for name, score in scores.items()}}

    def scores(self, words: Tensor) -> dict[str, Tensor]:
        """Return the scores of all heads for word vectors (B, W, size)."""
        scores = {name: head(words) for name, head in self.word_heads.items()}
        scores["sents"] = self.sents(words)
        dep, head = self.arc_dep(words), self.arc_head(words)
        arcs = (dep @ self.arc) @ head.transpose(1, 2) + self.arc_bias(head).transpose(1, 2)
        # A word that heads itself is a root.
        order = torch.arange(words.shape[1])
        eye = (order[:, None] == order).to(arcs.dtype)
        scores["arcs"] = arcs * (1 - eye) + self.root(dep) * eye
        scores["rel_dep"], scores["rel_head"] = self.rel_dep(words), self.rel_head(words)
        for layer, head in self.spans.items():
            scores[layer] = head(words)
        shape = (*words.shape[:2], len(LINK_LAYERS), LINK_SIZE)
        link_dep = self.link_dep(words).view(shape).transpose(1, 2)
        link_head = self.link_head(words).view(shape).transpose(1, 2)
        links = (link_dep @ self.link) @ link_head.transpose(2, 3)
        none = self.link_none(words).transpose(1, 2)[..., None]
        scores["links"] = links * (1 - eye) + none * eye
        return scores

    def relations(self, dep: Tensor, head: Tensor) -> Tensor:
        """Return relation scores of words (..., 2 * REL_SIZE) with the projections of their heads."""
        added = torch.relu(dep[..., :REL_SIZE] + head[..., :REL_SIZE])
        product = dep[..., REL_SIZE:] * head[..., REL_SIZE:]
        return self.rel(torch.cat([added, product], -1))

    def losses(self, batch: Batch) -> dict[str, Tensor]:
        """Return the weighted losses by name; a head without a label in the batch has loss 0."""
        scores = self(batch.ids, batch.features, batch.mask, batch.pooling)
        found: dict[str, Tensor] = {}
        for name in WORD_HEADS:
            found[name] = _cross_entropy(scores[name], batch.words[name])
        found["sents"] = _binary(scores["sents"][..., 0], batch.words["sents"])
        arcs = scores["arcs"].masked_fill(~batch.same_sentence, FAR)
        found["arcs"] = _cross_entropy(arcs, batch.words["head"])
        index = batch.words["head"].clamp(min=0)[..., None].expand(-1, -1, 2 * REL_SIZE)
        rels = self.relations(scores["rel_dep"], scores["rel_head"].gather(1, index))
        found["rels"] = _cross_entropy(rels, batch.words["rel"])
        word_mask = batch.pooling.sum(-1) > 0
        for layer in SPAN_LAYERS:
            found[layer] = self.crfs[layer](scores[layer], batch.words[layer], word_mask)
        none = torch.where(word_mask, 0.0, FAR)[:, None, None, :]
        found["links"] = sum(
            _cross_entropy((scores["links"] + none)[:, index], batch.words[f"link_{layer}"])
            for index, layer in enumerate(LINK_LAYERS)
        )
        return {name: WEIGHTS[name] * loss for name, loss in found.items()}


class LockedDropout(nn.Module):
    """Dropout of the same features in every word of a window: as good a regulariser here, and much cheaper to draw."""

    def __init__(self, chance: float) -> None:
        super().__init__()
        self.p = chance

    def forward(self, values: Tensor) -> Tensor:
        """Return `values` (B, ..., size) with features zeroed, the same in all middle dimensions."""
        if not self.training or not self.p:
            return values
        shape = (values.shape[0], *(1 for _ in values.shape[1:-1]), values.shape[-1])
        keep = (torch.rand(shape) >= self.p).to(values.dtype) / (1 - self.p)
        return values * keep


def _lock_dropout(module: nn.Module) -> None:
    for name, child in module.named_children():
        if isinstance(child, nn.Dropout):
            setattr(module, name, LockedDropout(child.p))
        else:
            _lock_dropout(child)


class Crf(nn.Module):
    """A linear chain over one layer's tags; words labelled -1 may have any tag."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.transitions = nn.Parameter(torch.zeros(size, size))
        self.start = nn.Parameter(torch.zeros(size))

    def forward(self, scores: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """Return the negative log-likelihood of the known `tags` (B, W) under `scores` (B, W, K), per known word."""
        rows = (tags >= 0).any(1)
        if not rows.any():
            return scores.sum() * 0.0
        scores, tags, mask = scores[rows], tags[rows], mask[rows]
        known = tags >= 0
        chosen = torch.nn.functional.one_hot(tags.clamp(min=0), scores.shape[-1]).bool()
        allowed = scores.masked_fill(~chosen & known[..., None], FAR)
        both = self._total(torch.cat([scores, allowed]), torch.cat([mask, mask]))
        everything, right = both.chunk(2)
        return (everything - right).sum() / known.sum()

    def _total(self, scores: Tensor, mask: Tensor) -> Tensor:
        total = self.start + scores[:, 0]
        for step in range(1, scores.shape[1]):
            following = torch.logsumexp(total[:, :, None] + self.transitions, 1) + scores[:, step]
            total = torch.where(mask[:, step, None], following, total)
        return torch.logsumexp(total, 1)


def _mlp(size: int, out: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(size, out), nn.LeakyReLU(0.1), nn.Dropout(0.3))


def _cross_entropy(scores: Tensor, labels: Tensor) -> Tensor:
    known = labels >= 0
    if not known.any():
        return scores.sum() * 0.0
    return nn.functional.cross_entropy(scores[known], labels[known])


def _binary(scores: Tensor, labels: Tensor) -> Tensor:
    known = labels >= 0
    if not known.any():
        return scores.sum() * 0.0
    return nn.functional.binary_cross_entropy_with_logits(scores[known], labels[known].float())
