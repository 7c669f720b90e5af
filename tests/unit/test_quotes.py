"""Quotation spans by character rules."""

import pytest

from extract.language.quotes import find_asides, find_quotes
from extract.language.sentences import find_paragraphs


def quoted(body: str) -> list[tuple[str, bool]]:
    quotes = find_quotes(body, find_paragraphs(body))
    return [(body[q.inner_start : q.inner_end], q.is_closed) for q in quotes]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('He said "we left" and "went home".', ["we left", "went home"]),
        ("\u201cWe left,\u201d he said. \u201cAll of us.\u201d", ["We left,", "All of us."]),
        ("\u00abWe left\u00bb, he said.", ["We left"]),
        ("\u2018We left,\u2019 he said of the rebels\u2019 camp.", ["We left,"]),
        ("The rebels' camp and the army's base.", []),
        (
            "She called it \u201cthe \u201cworst\u201d day\u201d of all.",
            ["the \u201cworst\u201d day"],
        ),
        ('"The "great" ones left," he said. "All."', ['The "great" ones left,', "All."]),
        ('"They met our "Kamaz" and went," he said.', ['They met our "Kamaz" and went,']),
        ('He said: "They ask: "Why?" and then left.', ['They ask: "Why?']),
        ("\u00bbWe left\u00ab, he said. \u00bbAll of us.\u00ab", ["We left", "All of us."]),
        ("\u00ab We left \u00bb, he said. \u00ab All of us. \u00bb", [" We left ", " All of us. "]),
        ("\u201aWe don\u2019t know\u2018, he said.", ["We don\u2019t know"]),
        ("\u2039We left\u203a, he said.", ["We left"]),
        ('A 7" pipe burst.', []),
        ("``We left,'' he said. ''All of us,'' he added.", ["We left,", "All of us,"]),
        ("A 7'' pipe burst.", []),
    ],
)
def test_finds_quotes(body: str, expected: list[str]) -> None:
    assert quoted(body) == [(text, True) for text in expected]


def test_quotation_over_paragraphs_is_one() -> None:
    body = "\u201cWe left.\n\u201cWe will return,\u201d he said."
    assert quoted(body) == [("We left.\n\u201cWe will return,", True)]


def test_unbalanced_quotation_is_marked() -> None:
    assert quoted('He said "we left and went home.\nThe end.') == [
        ("we left and went home.", False)
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            '"We left, he said. "All of us," he added.',
            [("We left, he said.", False), ("All of us,", True)],
        ),
        (
            "\u201cThe pass is lost. \u201cWe will be back,\u201d he said of \u201cthe pass\u201d.",
            [("The pass is lost.", False), ("We will be back,", True), ("the pass", True)],
        ),
    ],
)
def test_a_lost_closing_mark_spoils_no_other_quotation(
    body: str, expected: list[tuple[str, bool]]
) -> None:
    assert quoted(body) == expected


def test_asides_are_the_brackets_inside_quotations() -> None:
    body = '"They [the guards] fled," he (the mayor) said.'
    quotes = find_quotes(body, find_paragraphs(body))
    assert [body[a:b] for a, b in find_asides(body, quotes)] == ["[the guards]"]
