"""The command line of training: `python -m extract.training COMMAND --corpora PATH --work PATH`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Train, assemble and evaluate the language model.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Corpora = Annotated[Path, typer.Option(help="Folder that holds the corpora, one sub-folder each.")]
MODEL_PATH = Path(__file__).parents[1] / "model"

Model = Annotated[Path, typer.Option(help="Folder of the assembled pipeline.")]
Version = Annotated[str, typer.Option(help="Version of the weights, for meta.json.")]
Work = Annotated[Path, typer.Option(help="Folder for converted documents and training runs.")]


@app.command()
def convert(corpora: Corpora, work: Work) -> None:
    """Convert the corpora to spaCy's binary documents."""
    from extract.training.convert import convert as run

    run(corpora=corpora, work=work)


@app.command()
def train(layer: str, work: Work, steps: int | None = None) -> None:
    """Train one layer, "syntax" or "ner"."""
    from extract.training.train import train as run

    run(layer=layer, work=work, steps=steps)


@app.command()
def assemble(work: Work, version: Version, model: Model = MODEL_PATH) -> None:
    """Join both layers into the pipeline that is shipped."""
    from extract.training.assemble import assemble as run

    run(work=work, model=model, version=version, echo=typer.echo)


@app.command()
def evaluate(work: Work, model: Model = MODEL_PATH) -> None:
    """Score the assembled pipeline on the held-out texts and record the scores in it."""
    import spacy

    from extract.training.evaluate import evaluate as run
    from extract.training.evaluate import record

    record(run(spacy.load(model), work=work, echo=typer.echo), model=model)


if __name__ == "__main__":
    app()
