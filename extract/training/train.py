"""The two training runs: syntax (tags, features, lemmas, trees) and names, each with its own encoder.

Here belongs the call of spaCy's training loop. The architecture and the optimiser are in `config.cfg`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from spacy.training.initialize import init_nlp
from spacy.training.loop import train as spacy_train
from spacy.util import load_config

from extract.training.clusters import write_cluster_vectors

PIPELINES = {
    "syntax": ["tok2vec", "tagger", "morphologizer", "trainable_lemmatizer", "parser"],
    "ner": ["ner"],
}
STEPS = {"syntax": 11_000, "ner": 9_000}
CONFIG_PATH = Path(__file__).with_name("config.cfg")


def train(*, layer: str, work: Path, steps: int | None = None) -> None:
    """Train the `layer` ("syntax" or "ner") on the files in the folder `work`.

    The best state is kept in `<layer>/model-best` there. It is written after every evaluation, so
    that a run stopped early can still be used. Raises KeyError for another layer.
    """
    vectors = work / "vectors"
    if not (vectors / "meta.json").exists():
        write_cluster_vectors(vectors)
    config = load_config(
        CONFIG_PATH,
        overrides={
            "nlp.pipeline": PIPELINES[layer],
            "paths.train": str(work / f"train_{layer}.spacy"),
            "paths.dev": str(work / f"dev_{layer}.spacy"),
            "paths.vectors": str(vectors),
            "training.max_steps": steps or STEPS[layer],
        },
    )
    config["components"] = {name: config["components"][name] for name in PIPELINES[layer]}
    nlp = init_nlp(config)
    (work / layer).mkdir(exist_ok=True)
    spacy_train(nlp, work / layer, stdout=sys.stdout, stderr=sys.stderr)
