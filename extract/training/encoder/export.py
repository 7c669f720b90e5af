"""Export of a trained network: ONNX in 8-bit integers, the arrays beside it, and the spaCy folder that is shipped.

Here belongs what happens to the weights after training. The licence and attribution texts lie in the output folder already.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import warnings
from pathlib import Path

import numpy as np
import spacy
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from spacy.language import Language
from torch import Tensor, nn

from extract.encoder.component import ConflictEncoder
from extract.encoder.labels import LABELS_FILE, SPAN_LAYERS, read_labels
from extract.encoder.network import ARRAYS_FILE, INPUTS, NETWORK_FILE, OUTPUTS, WORD_LAYERS
from extract.encoder.pieces import TOKENIZER_FILE
from extract.training.encoder.network import Network
from extract.training.encoder.train import Settings, encoder_folder

COMPONENT = "conflict_encoder"


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
    network = Network(
        read_labels(work), encoder=encoder_folder(), word_layers=settings.word_layers
    )
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
                str(exact), str(folder / NETWORK_FILE), weight_type=QuantType.QInt8, per_channel=True
            )
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


def build_pipeline(folder: Path, *, threads: int = 1) -> Language:
    """Return a spaCy pipeline over the component's files in `folder`."""
    nlp = spacy.blank("en")
    pipe = nlp.add_pipe(COMPONENT, config={"threads": threads})
    assert isinstance(pipe, ConflictEncoder)  # noqa: S101 - for the type checker
    pipe.from_disk(folder)
    return nlp
