"""The recorded normalisation and the keys of articles."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.article import build_article, normalise_text


@pytest.mark.parametrize(
    ("received", "normalised"),
    [
        ("\ufeffTwo\r\nlines\rthree", "Two\nlines\nthree"),
        ("no\u00a0break\u2009space\tand tab", "no break space and tab"),
        ("soft\u00adhyphen and zero\u200bwidth", "softhyphen and zerowidth"),
        ("trailing  \n\n  lead kept inside", "trailing\n\n  lead kept inside"),
        ("  \n\nedges\n \n", "edges"),
        ("S\u0327us\u0327a", "\u015eu\u015fa"),
        ("``We left,'' he said", "``We left,'' he said"),
        ("bell\x07 and null\x00", "bell and null"),
    ],
)
def test_normalises(received: str, normalised: str) -> None:
    assert normalise_text(received) == normalised


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise_text(normalise_text(text)) == normalise_text(text)


def test_key_follows_the_name_and_not_the_text() -> None:
    first = build_article("Shells fell.", external_id="a1", publisher="Wire")
    second = build_article("Many shells fell.", external_id="a1", publisher="Wire")
    assert first.article_id == second.article_id
    assert first.content_sha256 != second.content_sha256


def test_key_of_a_nameless_text_is_the_text() -> None:
    assert build_article("One.").article_id != build_article("Two.").article_id
    assert build_article("One.").article_id == build_article("One.\r\n").article_id


def test_same_name_of_two_publishers_is_two_articles() -> None:
    wire, paper = (build_article("x y", external_id="1", publisher=p) for p in ("Wire", "Paper"))
    assert wire.article_id != paper.article_id


def test_a_corrected_date_changes_the_content_hash() -> None:
    first, second = (
        build_article("x y", external_id="1", published=date(2024, 5, d)) for d in (1, 2)
    )
    assert first.body_sha256 == second.body_sha256
    assert first.content_sha256 != second.content_sha256


def test_day_of_publication_is_the_publishers_day() -> None:
    late = datetime(2024, 5, 1, 1, 30, tzinfo=timezone(timedelta(hours=3)))
    article = build_article("x y", published=late)
    assert article.published_on == date(2024, 5, 1)
    assert article.published_at == datetime(2024, 4, 30, 22, 30, tzinfo=UTC)


def test_undated_stays_undated() -> None:
    article = build_article("x y")
    assert (article.published_at, article.published_on) == (None, None)
    assert article.published_at_source == "none"


@pytest.mark.parametrize(
    ("opening", "day"),
    [
        ("Goma, 27 Jan 2023 -- Rebels attacked yesterday.", date(2023, 1, 27)),
        ("GOMA, January 27, 2023 (Northgate) - Rebels attacked.", date(2023, 1, 27)),
        ("Lima (Peru), 3 Feb 91 (Wire) -- [TEXT] A bomb went off.", date(1991, 2, 3)),
        ("Two dead in Goma\nGOMA, Friday, 27 Jan. 2023 \u2014 Rebels attacked.", date(2023, 1, 27)),
        ("Goma, 27 January 2023\n\nRebels attacked yesterday.", date(2023, 1, 27)),
        ("Two dead in Goma\nPort Sudan, Friday, January 27, 2023\nTwo died.", date(2023, 1, 27)),
        ("Goma (DR Congo), 27 Jan 2023\nRebels attacked.", date(2023, 1, 27)),
        ("Attack on Goma, 27 January 2023\nRebels attacked.", None),
        ("27 January 2023\nRebels attacked Goma.\n28 January 2023\nThey left.", None),
        ("GOMA, 27 Jan (Northgate) -- Rebels attacked.", None),
        ("GOMA, No Date -- Rebels attacked on 27 January 2023.", None),
        ("Rebels attacked Goma on 27 January 2023 - and left.", None),
        ("GOMA, 31 Feb 2023 -- Rebels attacked.", None),
    ],
)
def test_the_dateline_dates_an_article_that_came_without_a_date(
    opening: str, day: date | None
) -> None:
    article = build_article(opening)
    assert article.published_on == day
    assert article.published_at_source == ("dateline" if day else "none")


def test_a_date_that_came_with_the_article_is_not_overruled_by_its_dateline() -> None:
    article = build_article("Goma, 27 Jan 2023 -- Rebels left.", published=date(2023, 1, 28))
    assert (article.published_on, article.published_at_source) == (date(2023, 1, 28), "metadata")
