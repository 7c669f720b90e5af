"""The invented corpus keeps its promises, comparing finds what is wrong with a warehouse, and results are readable."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from statistics import mean
from subprocess import CalledProcessError

import duckdb
import pytest

from benchmarks.corpus import (
    COUNTS_SOMEBODY,
    FEWEST_WORDS,
    MEAN_WORDS,
    PARAGRAPHS_FILE,
    WORDS_TO_TEN,
    compare,
    corpus,
    truth_file,
    write_corpus,
)
from benchmarks.results import Result, as_page, run, shown
from extract.reference import read_reference


def test_a_larger_corpus_begins_with_a_smaller_one() -> None:
    assert list(corpus(300))[:100] == list(corpus(100))
    assert list(corpus(100)) != list(corpus(100, seed=8))


def test_every_article_says_its_truth() -> None:
    types = {row["incident_type"] for row in read_reference("incident_types")}
    for record, told in corpus(500):
        lead = str(record["text"]).split("\n\n")[0]
        words = {str(told.killed), *WORDS_TO_TEN[told.killed : told.killed + 1]}
        assert words & set(lead.lower().split())
        assert told.place in lead
        assert told.incident_type in types
        assert not set("{[|]}") & set(f"{record['title']}{record['text']}")
        assert ",," not in lead


def test_articles_are_as_long_as_news() -> None:
    lengths = [len(str(record["text"]).split()) for record, _ in corpus(500)]
    assert min(lengths) >= FEWEST_WORDS
    assert MEAN_WORDS < mean(lengths) < 1.2 * MEAN_WORDS


def test_no_further_paragraph_counts_anybody() -> None:
    paragraphs = PARAGRAPHS_FILE.read_text(encoding="utf-8").splitlines()
    assert not [text for text in paragraphs if COUNTS_SOMEBODY.search(text)]


def test_articles_of_an_incident_agree_and_come_from_different_outlets() -> None:
    articles: dict[int, list[tuple[Mapping[str, object], object]]] = {}
    for record, told in corpus(500):
        articles.setdefault(told.incident, []).append((record, told))
    assert {len(group) for group in articles.values()} == {1, 2, 3}
    for group in articles.values():
        assert len({record["publisher"] for record, _ in group}) == len(group)


def test_the_truth_lies_beside_the_corpus(tmp_path: Path) -> None:
    file = tmp_path / "invented.jsonl"
    assert write_corpus(file, 20) == truth_file(file)
    ids = [json.loads(line)["id"] for line in file.read_text(encoding="utf-8").splitlines()]
    truth = truth_file(file).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["external_id"] for line in truth] == ids


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A database that gives back the truth of four articles as it is, and the truth beside it."""
    file = tmp_path / "published.duckdb"
    told = [told for _, told in corpus(4)]
    truth_file(file).write_text(
        "".join(json.dumps(asdict(item), default=str) + "\n" for item in told), encoding="utf-8"
    )
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema raw")
        connection.execute("create table raw.articles (article_id varchar, external_id varchar)")
        connection.execute(
            "create table incidents (incident_id varchar, incident_type varchar, date_start date,"
            " date_end date, location_name varchar)"
        )
        connection.execute(
            "create table claims (article_id varchar, incident_id varchar, harm_type varchar,"
            " count_min integer, count_max integer)"
        )
        for item in told:
            article, incident = f"a-{item.external_id}", f"i{item.incident}"
            connection.execute(
                "insert into raw.articles values (?, ?)", [article, item.external_id]
            )
            connection.execute(
                "insert into incidents select ?, ?, ?, ?, ?"
                " where not exists (from incidents where incident_id = $1)",
                [incident, item.incident_type, item.incident_date, item.incident_date, item.place],
            )
            for harm, count in (("killed", item.killed), ("wounded", item.wounded)):
                if count is not None:
                    connection.execute(
                        "insert into claims values (?, ?, ?, ?, ?)",
                        [article, incident, harm, count, count],
                    )
    return file


def test_a_warehouse_that_gives_back_everything_has_full_marks(published: Path) -> None:
    assert set(compare(published, truth_file(published)).values()) == {1.0}


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ("delete from raw.articles where rowid = 0", "articles"),
        ("update incidents set incident_type = 'riot' where rowid = 0", "kind of incident"),
        ("update incidents set date_end = date_end + 1 where rowid = 0", "day"),
        ("update incidents set location_name = 'Elsewhere' where rowid = 0", "place"),
        ("update claims set count_max = count_max + 1 where harm_type = 'killed'", "killed"),
        ("delete from claims where harm_type = 'wounded'", "wounded"),
        ("update claims set incident_id = 'all'", "incidents, B-cubed F1"),
    ],
)
def test_what_is_wrong_costs_marks(published: Path, change: str, fact: str) -> None:
    with duckdb.connect(str(published)) as connection:
        connection.execute(change)
    assert compare(published, truth_file(published))[fact] < 1.0


def test_a_process_is_measured_with_what_it_printed() -> None:
    spent = run([sys.executable, "-c", "print(sum(range(1000)))"])
    assert spent.output == "499500\n"
    assert spent.seconds > 0
    assert spent.peak_mib > 1
    with pytest.raises(CalledProcessError) as failed:
        run([sys.executable, "-c", "raise SystemExit('no')"])
    assert failed.value.output == "no\n"


def test_taking_documents_in_is_measured_alone(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    write_corpus(inbox / "articles.jsonl", 3)
    output = run([sys.executable, "-m", "benchmarks.documents", "--home", str(tmp_path)]).output
    assert 0 < float(output.splitlines()[-1]) < 60


def test_results_are_shown_by_part_in_digits_that_mean_something() -> None:
    results = [
        Result(part="One", measure="a", value=1234.5, unit="articles/s", target="at least 9"),
        Result(part="Two", measure="b", value=0.5678, unit="s"),
    ]
    assert [shown(result) for result in results] == ["1,234 articles/s", "0.57 s"]
    page = as_page(results, command="python -m benchmarks")
    assert "## One" in page
    assert "| a | 1,234 articles/s | at least 9 |" in page
    assert page.index("## One") < page.index("## Two")
