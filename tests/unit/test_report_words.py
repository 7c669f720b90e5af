"""Values in words, marks in a text, and data that cannot break out of a script."""

import json
from datetime import date

import pytest

from orchestration.report.marks import Mark, cut
from orchestration.report.site import script_json
from orchestration.report.words import bounds, date_words, file_name, web_address


def mark(start: int, end: int, note: str, target: str | None = None) -> Mark:
    return Mark(start=start, end=end, style=note, note=note, target=target)


@pytest.mark.parametrize(
    ("start", "end", "precision", "expected"),
    [
        (None, None, None, "date unknown"),
        (date(2024, 5, 3), date(2024, 5, 3), 1, "3 May 2024"),
        (date(2024, 5, 3), date(2024, 5, 4), 2, "3–4 May 2024"),
        (date(2024, 4, 30), date(2024, 5, 2), 2, "30 April – 2 May 2024"),
        (date(2024, 5, 1), date(2024, 5, 31), 4, "May 2024"),
        (date(2020, 1, 1), date(2020, 12, 31), 5, "2020"),
        (date(1990, 1, 1), date(1999, 12, 31), 5, "1990–1999"),
    ],
)
def test_a_date_is_said_no_more_exactly_than_it_is_known(
    start: date | None, end: date | None, precision: int | None, expected: str
) -> None:
    assert date_words(start, end, precision) == expected


@pytest.mark.parametrize(
    ("low", "high", "is_open", "expected"),
    [
        (3, 7, False, "3–7"),
        (3, 7, True, "3–7 or more"),
        (7, 7, True, "at least 7"),
        (7, None, False, "at least 7"),
        (0, 0, False, "0"),
        (None, None, False, "no figure"),
        (1200, 1200, False, "1,200"),
    ],
)
def test_no_figure_is_no_zero(
    low: int | None, high: int | None, is_open: bool, expected: str
) -> None:
    assert bounds(low, high, is_open) == expected


@pytest.mark.parametrize("url", ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x"])
def test_an_address_that_runs_something_is_no_link(url: str) -> None:
    assert web_address(url) is None
    assert web_address("https://news.example/1") == "https://news.example/1"


def test_a_file_stays_in_its_folder() -> None:
    assert "/" not in file_name("../../etc/passwd")
    assert file_name("a.b") != file_name("a_b")


def test_marks_that_overlap_are_cut_into_pieces_that_do_not() -> None:
    text = "Four police officers died, it said."
    pieces = cut(
        text,
        [mark(0, 25, "content"), mark(0, 4, "claim", "claim-1"), mark(5, 20, "victim")],
    )
    assert "".join(piece.text for piece in pieces) == text
    assert [(piece.text, piece.notes) for piece in pieces[:3]] == [
        ("Four", ("content", "claim")),
        (" ", ("content",)),
        ("police officers", ("content", "victim")),
    ]
    assert pieces[0].targets == ("claim-1",)
    assert [piece.targets for piece in pieces[1:]] == [()] * (len(pieces) - 1)


def test_a_mark_is_cut_at_the_edges_and_has_its_target_once() -> None:
    pieces = cut("said so.", [mark(4, 14, "cue", "statement-1")], offset=10)
    assert [(piece.text, piece.notes, piece.targets) for piece in pieces] == [
        ("said", ("cue",), ()),
        (" so.", (), ()),
    ]


def test_what_is_written_into_a_script_stays_data() -> None:
    hostile = "</script><script>alert('1')</script><!-- \u2028\u2029 &amp; \" \\"
    text = script_json({"title": hostile})
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == {"title": hostile}
