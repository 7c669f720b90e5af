"""The annotated speakers and acts: reading and checking them, on a small article of our own and the shipped files."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extract.training.conflict_corpus import (
    ConflictArticle,
    CorpusError,
    read_article,
    read_articles,
)
from extract.training.statement_gold import (
    COLUMNS,
    StatementRow,
    check_statements,
    read_statement_rows,
    statement_problems,
)

ARTICLE = """
# newdoc id = tst-ford-01
# split = test
# register = wire
# country = KEN
# newpar
# sent_id = tst-ford-01-1
# text = Raiders shelled Moyale, the army said, and it said the raiders fled.
# incident = shelling_artillery_missile | actual | trigger: shelled | place: Moyale
# attribution = indirect | source: the army | cue: said | content: Raiders shelled Moyale,
# attribution = indirect | source: it | cue: said@2 | content: the raiders fled
"""
LINES = (
    "tst-ford-01,tst-ford-01-1,1,said,KEN_MIL,KEN_MIL|KEN_MOD,true,true,ACCUSE,tst-ford-01-1:shelled",
    "tst-ford-01,tst-ford-01-1,2,said@2,KEN_MIL,KEN_MIL,true,true,ASSERT,",
)


def write(folder: Path, lines: Sequence[str], *, name: str = "test") -> None:
    """Write a file of rows, and the article they are about."""
    (folder / "tst-ford-01.conllu").write_text(ARTICLE, encoding="utf-8")
    path = folder / f"statements_{name}.csv"
    path.write_text("\n".join((",".join(COLUMNS), *lines)) + "\n", encoding="utf-8")


@pytest.fixture
def article(tmp_path: Path) -> ConflictArticle:
    write(tmp_path, LINES)
    return read_article(tmp_path / "tst-ford-01.conllu")


@pytest.fixture
def rows(article: ConflictArticle, tmp_path: Path) -> tuple[StatementRow, ...]:
    return read_statement_rows(tmp_path)[article.article_id]


def test_a_cell_may_hold_several_right_answers(rows: tuple[StatementRow, ...]) -> None:
    first, second = rows
    assert (first.speaker, first.body) == (("KEN_MIL",), ("KEN_MIL", "KEN_MOD"))
    assert first.is_official
    assert (second.attribution, second.about) == (2, "")


def test_rows_as_the_guide_has_them_have_no_problem(
    tmp_path: Path, article: ConflictArticle
) -> None:
    assert article.article_id == "tst-ford-01"
    assert list(check_statements(tmp_path)) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"cue": "added"}, "the cue is not 'added'"),
        ({"speech_act": "SAY"}, "speech act 'SAY' is none of"),
        ({"speech_act": ""}, "speech act '' is none of"),
        ({"is_statement": False}, "what is no statement has no speech act"),
        ({"speaker": ("KEN_MILX",)}, "'KEN_MILX' is no actor"),
        ({"speaker": ()}, "nobody speaks"),
        ({"about": "tst-ford-01-2:shelled"}, "no such sentence"),
        ({"about": "tst-ford-01-1:fled"}, "no incident of the sentence"),
        ({"about": "tst-ford-01-1:bombed"}, "'bombed' occurs 0 times"),
    ],
)
def test_a_wrong_row_is_named(
    article: ConflictArticle,
    rows: tuple[StatementRow, ...],
    changes: dict[str, Any],
    problem: str,
) -> None:
    found = list(statement_problems(article, (replace(rows[0], **changes), rows[1])))
    assert len(found) == 1
    assert problem in found[0]
    assert found[0].startswith("tst-ford-01-1: attribution 1: ")


def test_every_attribution_has_one_row_in_order(
    article: ConflictArticle, rows: tuple[StatementRow, ...]
) -> None:
    assert list(statement_problems(article, rows[:1])) == [
        "tst-ford-01-1: attribution 2 has no row"
    ]
    for wrong in ((*rows, rows[1]), rows[::-1], (*rows, replace(rows[1], attribution=3))):
        assert list(statement_problems(article, wrong)) == [
            "rows repeated, out of order or without an attribution"
        ]


@pytest.mark.parametrize(
    "line",
    [
        "tst-ford-01,tst-ford-01-1,one,said,KEN_MIL,KEN_MIL,true,true,ASSERT,",
        "tst-ford-01,tst-ford-01-1,1,said,KEN_MIL,KEN_MIL,yes,true,ASSERT,",
        "tst-ford-01,tst-ford-01-1,1,said,KEN_MIL",
    ],
)
def test_a_row_that_cannot_be_read_is_an_error_with_its_line(tmp_path: Path, line: str) -> None:
    write(tmp_path, [line])
    with pytest.raises(CorpusError, match=r"statements_test\.csv:2: "):
        read_statement_rows(tmp_path)
    assert len(list(check_statements(tmp_path))) == 1


def test_an_article_is_covered_by_one_file(tmp_path: Path) -> None:
    write(tmp_path, LINES)
    write(tmp_path, LINES, name="train")
    with pytest.raises(CorpusError, match=r"is in statements_test\.csv too"):
        read_statement_rows(tmp_path)


def test_rows_of_an_article_that_is_not_there_are_named(tmp_path: Path) -> None:
    write(tmp_path, [line.replace("tst-ford-01", "tst-hill-01") for line in LINES])
    assert list(check_statements(tmp_path)) == [
        "tst-hill-01: statements of an article that is not there"
    ]
    assert list(check_statements(tmp_path, prefix="ken")) == []


def test_the_shipped_rows_keep_the_guide_and_cover_the_test_articles() -> None:
    assert list(check_statements()) == []
    covered = read_statement_rows()
    assert {article.article_id for article in read_articles(split="test")} <= covered.keys()
