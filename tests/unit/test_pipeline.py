"""One pass over whole articles: its promises, and what it does with texts that are no articles."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from extract.article import build_article
from extract.language_model import ModelError, load_language_model
from extract.pipeline import Pipeline, load_pipeline
from extract.profiles import PROFILES
from extract.validation import ExtractionError, validate
from extract.version import extractor_version
from orchestration.engines import load_reader
from orchestration.errors import RunFailedError

TEXT = (
    "Three soldiers were killed when gunmen ambushed a patrol near Maiduguri on Tuesday, the Nigerian army said.\n"
    'The army said it had killed "at least a dozen terrorists" in return. It denied that civilians had been hurt.\n'
    "A resident said two farmers died and five others were wounded."
)


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return load_pipeline(model=None)


def test_reads_an_article(pipeline: Pipeline) -> None:
    article = build_article(TEXT, external_id="patrol", published=date(2024, 3, 6))
    extraction = pipeline.extract(article)
    assert extraction.error is None
    killed = [c for c in extraction.casualty_mentions if c.harm_type == "killed" and c.is_counted]
    assert {(c.count_min, c.victim_category) for c in killed} >= {(3, "military"), (2, "civilian")}
    assert {s.speaker_actor_id for s in extraction.statement_mentions} >= {"NGA_MIL"}
    assert date(2024, 3, 5) in {m.date_start for m in extraction.incident_mentions}


def test_same_article_gives_the_same_records(pipeline: Pipeline) -> None:
    article = build_article(TEXT, external_id="patrol", published=date(2024, 3, 6))
    first, second = (replace(pipeline.extract(article), seconds=0.0) for _ in range(2))
    assert first == second


def test_undated_article_keeps_relative_dates_empty(pipeline: Pipeline) -> None:
    extraction = pipeline.extract(build_article(TEXT, external_id="patrol"))
    assert {m.date_start for m in extraction.incident_mentions} == {None}


@pytest.mark.parametrize(
    "text",
    [
        "Killed.",
        "the the the",
        '"""',
        "(((",
        "12 killed 12",
        "A\n" * 300,
        "!!! ??? ...",
        "\u201cHe said",
        "The minister, , said the rebels fled.",
        "They think that... I said so.",
        "Mayor Tomas Rey wrote the letter in March. The drone came on Sunday: a canister dropped "
        "through the roof killed him, his driver and a cousin.",
    ],
)
def test_odd_texts_are_read(pipeline: Pipeline, text: str) -> None:
    assert pipeline.extract(build_article(text, published=date(2024, 1, 1))).error is None


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    words=st.lists(
        st.sampled_from(
            'killed wounded "we said the army of Syria, . ( ) on Tuesday at least 12 people no one \u201c two'
            " soldiers blast it It according to three-year-old \u2019s in Goma \n its spokesman, was not".split(
                " "
            )
        ),
        max_size=40,
    )
)
def test_no_order_of_words_breaks_a_promise(pipeline: Pipeline, words: list[str]) -> None:
    extraction = pipeline.extract(build_article(" ".join(words), published=date(2024, 1, 1)))
    assert extraction.error is None


def test_a_failure_becomes_a_record(pipeline: Pipeline) -> None:
    broken = replace(pipeline, knowledge=None)  # type: ignore[arg-type]
    extraction = broken.extract(build_article(TEXT))
    assert extraction.error is not None
    assert "\n" not in extraction.error
    assert not extraction.casualty_mentions


@pytest.mark.parametrize("model", PROFILES)
def test_articles_read_together_give_what_each_gives(model: str) -> None:
    pipeline = load_pipeline(model=model)
    articles = [
        build_article(text, external_id=str(number), published=date(2024, 3, 6))
        for number, text in enumerate((TEXT, "", TEXT[:95], f"{TEXT}\n" * 5, TEXT[120:], "..."))
    ]
    together = [replace(item, seconds=0.0) for item in pipeline.extract_all(articles)]
    assert together == [replace(pipeline.extract(article), seconds=0.0) for article in articles]
    assert not [item for item in together if item.error]


def test_an_article_that_cannot_be_parsed_fails_alone(pipeline: Pipeline) -> None:
    def refuse(doc: Doc) -> Doc:
        if "Maiduguri" in doc.text:
            raise ValueError("too much")
        return doc

    nlp = load_language_model("fast").nlp
    Language.component("refuse", func=refuse)
    nlp.add_pipe("refuse")
    texts = (TEXT[120:], TEXT, TEXT[120:])
    articles = [build_article(text, external_id=str(n)) for n, text in enumerate(texts)]
    found = replace(pipeline, nlp=nlp).extract_all(articles)
    assert [item.error for item in found] == [None, "ValueError: too much", None]
    assert found[0].statement_mentions


def test_validation_finds_a_wrong_span(pipeline: Pipeline) -> None:
    extraction = pipeline.extract(build_article(TEXT, published=date(2024, 3, 6)))
    with pytest.raises(ExtractionError, match="is not what stands at"):
        validate(extraction, "x" + TEXT)


def test_validation_finds_a_dangling_reference(pipeline: Pipeline) -> None:
    extraction = pipeline.extract(build_article(TEXT, published=date(2024, 3, 6)))
    with pytest.raises(ExtractionError, match="is not among"):
        validate(replace(extraction, incident_mentions=()), TEXT)


def test_version_follows_what_decides_the_reading(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "meta.json").write_text("{}")
    assert extractor_version(tmp_path) != extractor_version()
    assert extractor_version() == extractor_version()


def test_a_load_reads_with_one_version_of_the_extractor(pipeline: Pipeline) -> None:
    assert load_reader(None, pipeline.version)([build_article(TEXT)])[0].error is None
    with pytest.raises(RunFailedError, match="same files everywhere"):
        load_reader(None, "another version")


def test_a_folder_without_a_pipeline_is_named(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ModelError, match="no spaCy pipeline"):
        load_pipeline(model=tmp_path)


def test_a_figure_that_the_publisher_takes_back_is_not_counted(pipeline: Pipeline) -> None:
    text = (
        "Seven people were killed when a rocket hit a bus in Aleppo on Friday, the governor said.\n"
        "An earlier version of this article said nine people had been killed in Aleppo."
    )
    extraction = pipeline.extract(build_article(text, published=date(2024, 3, 9)))
    counted = {c.count_min: c.is_counted for c in extraction.casualty_mentions}
    assert counted == {7: True, 9: False}
