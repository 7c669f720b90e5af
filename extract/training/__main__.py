"""The command line of training: `python -m extract.training COMMAND --corpora PATH --work PATH`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Train, assemble and evaluate the language model.",
    no_args_is_help=True, pretty_exceptions_enable=False)

Corpora = Annotated[Path, typer.Option(help="Folder that holds the corpora, one sub-folder each.")]
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


if __name__ == "__main__":
    app()
