"""Web pages: the body, the date that the page states, one spelling of its address."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.records import Article, Rejection
from extract.sources.addresses import canonical_url, host_of
from extract.sources.documents import ReadOptions, parse_web_date
from extract.sources.pages import html_text, read_page

BODY = (
    "<nav><a href='/'>Home</a> <a href='/world'>World</a></nav><article><h1>Shells hit a market</h1>"
    "<p>ARDON - At least five people were killed when shells hit a market in the town on Friday, the"
    " mayor said.</p><p>Twelve wounded were brought to the hospital, a doctor there told reporters.</p>"
    "</article><footer>All rights reserved by The Courier.</footer>"
)


def page(head: str = "", body: str = BODY, attributes: str = "lang='en'") -> bytes:
    return (
        f"<!DOCTYPE html><html {attributes}><head>{head}</head><body>{body}</body></html>".encode()
    )


def article(data: bytes, **options: object) -> Article:
    result = read_page(data, name="a.html", default_id="a", **options)  # type: ignore[arg-type]
    assert isinstance(result, Article), result
    return result


def test_the_body_is_the_article_and_nothing_around_it() -> None:
    body = article(page()).body
    assert "five people were killed" in body
    assert "Twelve wounded" in body
    assert "Home" not in body
    assert "rights reserved" not in body


def test_the_page_says_what_it_is() -> None:
    head = (
        "<title>Shells hit a market | The Courier</title>"
        "<link rel='canonical' href='https://courier.example/a/1/?utm_source=x#top'>"
        "<meta property='og:site_name' content='The Courier'>"
        '<script type=\'application/ld+json\'>{"@graph": [{"@type": ["NewsArticle"],'
        ' "headline": "Shells hit a market", "datePublished": "2024-03-09T23:30:00+03:00"}]}</script>'
    )
    found = article(page(head))
    assert (found.title, found.publisher) == ("Shells hit a market", "The Courier")
    assert found.url == "https://courier.example/a/1"
    assert found.external_id is None
    # The day is the one the publisher wrote, before the conversion to UTC.
    assert found.published_at == datetime(2024, 3, 9, 20, 30, tzinfo=UTC)
    assert found.published_on == date(2024, 3, 9)
    assert found.published_at_source == "html"


LINKED = '<script type="application/ld+json">%s</script>'


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            "<meta property='article:published_time' content='2024-01-02T10:00:00Z'>"
            + LINKED % '{"@type": "NewsArticle", "datePublished": "2024-01-01T10:00:00Z"}',
            date(2024, 1, 1),
        ),
        (
            LINKED % '{"@type": "WebPage", "datePublished": "2020-01-01"}'
            + LINKED % '{"@type": "ReportageNewsArticle", "datePublished": "2024-01-01"}',
            date(2024, 1, 1),
        ),
        (LINKED % '{"@type": "Person", "datePublished": "2020-01-01"}', None),
        (
            LINKED % '{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle",'
            ' "datePublished": "2020-01-01"}]}',
            None,
        ),
        (LINKED % '{"@type": "NewsArticle", "datePublished": ', None),
        (LINKED % "[[[]]]", None),
        ("<meta name='pubdate' content='Tue, 02 Jan 2024 23:30:00 -0500'>", date(2024, 1, 2)),
        ("<meta name='DC.date.issued' content='2024/01/03'>", date(2024, 1, 3)),
        ("<meta name='date' content='last week'>", None),
        ("<meta property='article:modified_time' content='2024-01-09'>", None),
    ],
)
def test_the_date_is_the_one_that_is_stated_first_in_json_ld(
    head: str, expected: date | None
) -> None:
    assert article(page(head)).published_on == expected


def test_a_marked_time_is_a_date_and_any_other_time_is_none() -> None:
    marked = BODY.replace("<p>ARDON", "<time pubdate datetime='2024-02-03'>3 Feb</time><p>ARDON")
    assert article(page(body=marked)).published_on == date(2024, 2, 3)
    bare = marked.replace("pubdate ", "")
    assert article(page(body=bare)).published_on is None


def test_what_the_list_says_applies_where_the_page_is_silent() -> None:
    listed = {"title": "From the feed", "publisher": "Feed", "published_at": "2024-05-06"}
    found = article(page(), listed=listed)
    assert (found.title, found.publisher) == ("From the feed", "Feed")
    assert (found.published_on, found.published_at_source) == (date(2024, 5, 6), "feed")


def test_a_page_speaks_for_its_own_host_only() -> None:
    head = "<link rel='canonical' href='https://courier.example/a/1'>"
    assert article(page(head), address="https://evil.example/x").url == "https://evil.example/x"
    ours = article(page(head), address="http://www.courier.example/amp/a/1?utm_medium=rss")
    assert ours.url == "https://courier.example/a/1"
    home = page("<link rel='canonical' href='https://courier.example/'>")
    assert article(home, address="https://courier.example/b").url == "https://courier.example/b"


def test_a_saved_page_without_an_address_is_known_by_its_path() -> None:
    assert article(page()).external_id == "a"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"   ", "empty"),
        (b"\x89PNG\x00\x00\x00\x00", "binary"),
        (page(body="<p></p>"), "no_body"),
        (b"<html><body>" + b"<div>" * 100_000 + b"x", "no_body"),
        (b"<p>a</p>" * 60_000, "too_large"),
        (
            page(
                body="<article><p>Пятеро солдат погибли при обстреле города в пятницу, сообщил мэр,"
                " ещё двенадцать человек были ранены и доставлены в больницу.</p></article>"
            ),
            "not_english",
        ),
    ],
)
def test_what_is_no_article_is_refused_with_its_reason(data: bytes, code: str) -> None:
    result = read_page(data, name="a.html")
    assert isinstance(result, Rejection)
    assert result.reason_code == code


def test_declared_entities_are_not_expanded() -> None:
    bomb = b"<!DOCTYPE x [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;'>]>" + page().replace(
        b"five people", b"five &b; people"
    )
    result = read_page(bomb, name="a.html")
    assert b"lollol" not in repr(result).encode()


@given(st.binary(max_size=300))
def test_any_bytes_are_an_article_or_a_named_refusal(data: bytes) -> None:
    result = read_page(b"<html><p>" + data, name="a.html", options=ReadOptions())
    assert isinstance(result, Article) or result.reason_code


def test_a_piece_of_html_is_read_block_by_block() -> None:
    text = html_text(
        "<p>One <b>two</b>\n three</p>tail<script>x()</script> on<ul><li>a<li>b&amp;c</ul>"
    )
    assert text == "One two three\ntail on\na\nb&c"
    assert html_text("") == html_text("<!-- -->") == ""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "http://Courier.example:80/a/?utm_source=x&b=2&a=1#c",
            "https://courier.example/a?a=1&b=2",
        ),
        ("https://courier.example/a/amp/", "https://courier.example/a"),
        ("https://courier.example/amp/a", "https://courier.example/a"),
        ("https://courier.example/amp/amp/a.amp/amp//", "https://courier.example/a"),
        ("https://courier.example/a.amp.html", "https://courier.example/a.html"),
        ("https://courier.example/a?amp=1&fbclid=9&id=7", "https://courier.example/a?id=7"),
        ("https://courier.example:8443/a", "https://courier.example:8443/a"),
        ("https://courier.example/", "https://courier.example"),
        ("https://b\u00fccher.example/\u00e9", "https://xn--bcher-kva.example/%C3%A9"),
        (
            "https://courier.example/campaign?ref=12&source=b",
            "https://courier.example/campaign?ref=12&source=b",
        ),
        ("urn:uuid:1", "urn:uuid:1"),
        ("http://us\x0b/", "http://us\x0b/"),
        ("http://[::1", "http://[::1"),
    ],
)
def test_one_spelling_of_an_address(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@given(st.text(max_size=60))
def test_the_one_spelling_is_spelled_like_itself(rest: str) -> None:
    once = canonical_url(f"http://courier.example/{rest}")
    assert canonical_url(once) == once
    assert host_of(once) in {"courier.example", ""}


@pytest.mark.parametrize("text", ["", None, "yesterday", "2024-13-01", "09/03/2024", "x" * 1000])
def test_what_is_no_certain_date_is_none(text: str | None) -> None:
    assert parse_web_date(text) is None
