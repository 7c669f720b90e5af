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
MODELS = Path(__file__).parents[1] / "models"

Model = Annotated[Path, typer.Option(help="Folder of the assembled pipeline.")]
Attributions = Annotated[Path, typer.Option(help="The PolNeAR sentences of CofeNet, JSONL.")]
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
def assemble(work: Work, version: Version, model: Model = MODELS / "fast") -> None:
    """Join both layers into the pipeline that is shipped."""
    from extract.training.assemble import assemble as run

    run(work=work, model=model, version=version, echo=typer.echo)


@app.command()
def evaluate(
    work: Work, model: Model = MODELS / "accurate", attributions: Path | None = None
) -> None:
    """Score an assembled pipeline on the held-out texts and record the scores in it."""
    import spacy

    from extract.training.evaluate import evaluate as run
    from extract.training.evaluate import record

    scores = run(spacy.load(model), work=work, attributions=attributions, echo=typer.echo)
    record(scores, model=model)


encoder = typer.Typer(help="The encoder with its heads.", no_args_is_help=True)
app.add_typer(encoder, name="encoder")


@encoder.command()
def prepare(corpora: Corpora, attributions: Attributions, work: Work) -> None:
    """Read the corpora into the arrays that training shows."""
    from extract.training.encoder.train import prepare as run

    run(corpora=corpora, attributions=attributions, work=work, echo=typer.echo)


@encoder.command(name="train")
def train_encoder(
    work: Work,
    run: str = "encoder",
    rounds: int = 20,
    minutes: float = 600,
    word_layers: int = 2,
    seed: int = 20,
    shares: str = "",
    threads: int = 2,
) -> None:
    """Train the encoder; goes on where a stopped run of the same name ended."""
    from extract.training.encoder.train import Settings, with_shares
    from extract.training.encoder.train import train as start

    settings = Settings(rounds=rounds, word_layers=word_layers, seed=seed, threads=threads)
    start(
        work=work, run=run, settings=with_shares(settings, shares), minutes=minutes, echo=typer.echo
    )


@encoder.command(name="assemble")
def assemble_encoder(
    work: Work, version: Version, run: str = "encoder", model: Model = MODELS / "accurate"
) -> None:
    """Export a run's averaged weights in 8 bits and write the pipeline that is shipped."""
    from extract.training.encoder.export import assemble as start

    start(work=work, run=run, model=model, version=version)


corpus = typer.Typer(help="The project's own conflict corpus.", no_args_is_help=True)
app.add_typer(corpus, name="corpus")


@corpus.command()
def check(prefix: str = "") -> None:
    """List what breaks the annotation guide, in the files whose name begins with PREFIX; exit 1 if anything does."""
    from extract.training.conflict_corpus import CORPUS_FOLDER, counts, read_article
    from extract.training.conflict_corpus import check as run
    from extract.training.statement_gold import check_statements

    found = list(run(prefix=prefix)) or list(check_statements(prefix=prefix))
    for problem in found:
        typer.echo(problem)
    if found:
        raise typer.Exit(1)
    files = sorted(CORPUS_FOLDER.glob(f"{prefix}*.conllu"))
    for name, count in counts(map(read_article, files)).items():
        typer.echo(f"{count:>8} {name}")


@corpus.command()
def draft(model: Model = MODELS / "fast", prefix: str = "") -> None:
    """Give the sentences without a tree the one that the pipeline of the folder MODEL reads."""
    import spacy

    from extract.training.conflict_corpus import CORPUS_FOLDER
    from extract.training.trees import draft as run

    nlp = spacy.load(model)
    for path in sorted(CORPUS_FOLDER.glob(f"{prefix}*.conllu")):
        typer.echo(f"{path.name}: {run(path, nlp)} sentences")


@corpus.command()
def correct(corrections: Path) -> None:
    """Apply a file of corrections, lines "SENT_ID WORD head=3 dep=nummod", to the corpus."""
    from extract.training.conflict_corpus import CORPUS_FOLDER
    from extract.training.trees import correct as run
    from extract.training.trees import read_corrections

    wanted = list(read_corrections(corrections.read_text(encoding="utf-8").splitlines()))
    applied = sum(run(path, wanted) for path in sorted(CORPUS_FOLDER.glob("*.conllu")))
    typer.echo(f"{applied} of {len(wanted)} corrections applied")


@corpus.command()
def rules(split: str = "test", least: int = 1, model: str | None = None) -> None:
    """Print what every rule and component finds in the articles of a split ("" for all), and how much is right."""
    from extract.pipeline import load_pipeline
    from extract.training.comparison import compare
    from extract.training.conflict_corpus import read_articles
    from extract.training.rule_scores import render, rule_scores
    from extract.training.statement_gold import read_statement_rows
    from extract.training.statement_scores import detection

    articles = read_articles(split=split)
    comparisons = list(compare(load_pipeline(model=model), articles, read_statement_rows()))
    typer.echo("\n".join(render(rule_scores(comparisons), least=least)))
    typer.echo(detection(comparisons))


@corpus.command()
def agreement(other: Path) -> None:
    """Print how well a second reading of some articles, in the folder OTHER, agrees with the corpus."""
    from extract.training.conflict_corpus import agreement as run
    from extract.training.conflict_corpus import read_articles

    for name, score in run(read_articles(), read_articles(other)).items():
        typer.echo(f"{name:<28}{score:6.1f}")


if __name__ == "__main__":
    app()
