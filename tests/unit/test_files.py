"""Documents taken in or refused, each with its reason."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from extract.records import Article, Rejection
from extract.sources.documents import ReadOptions
from extract.sources.files import read_file, read_paths, read_text

TEXT = "Four soldiers were killed in the ambush near the river on Monday, the ministry said."


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def only(results: object) -> Article | Rejection:
    (result,) = list(results)  # type: ignore[call-overload]
    return result


def test_front_matter(tmp_path: Path) -> None:
    text = (
        "---\nid: a-7\ntitle: Ambush\npublisher: Wire\nurl: https://wire.example/7\n"
        f"published_at: 2024-03-05T21:30:00+02:00\n---\n{TEXT}\n"
    )
    article = only(read_file(write(tmp_path, "a.txt", text)))
    assert isinstance(article, Article)
    assert (article.external_id, article.title, article.publisher) == ("a-7", "Ambush", "Wire")
    assert article.published_at == datetime(2024, 3, 5, 19, 30, tzinfo=UTC)
    assert article.body == TEXT


def test_without_front_matter_the_path_names_it(tmp_path: Path) -> None:
    write(tmp_path, "north/report.txt", TEXT)
    write(tmp_path, "south/report.txt", TEXT)
    write(tmp_path, ".hidden/report.txt", TEXT)
    write(tmp_path, "README.md", TEXT)
    articles = [a for a in read_paths([tmp_path]) if isinstance(a, Article)]
    assert [a.external_id for a in articles] == ["north/report", "south/report"]
    assert {a.published_on for a in articles} == {None}


def test_links_that_lead_out_of_a_folder_are_passed_over(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret/words.txt", TEXT)
    inside = write(tmp_path, "news/a.txt", TEXT)
    (tmp_path / "news" / "b.txt").symlink_to(secret)
    (tmp_path / "news" / "c.txt").symlink_to(inside)
    found = [item.source_path for item in read_paths([tmp_path / "news"])]
    assert found == ["a.txt", "c.txt"]


def test_a_saved_page_is_known_by_its_address_else_by_its_path(tmp_path: Path) -> None:
    page = f"<html><head>%s</head><body><article><p>{TEXT}</p><p>{TEXT} So.</p></article></body></html>"
    link = "<link rel='canonical' href='https://c.example/1/'>"
    stated = only(read_file(write(tmp_path, "a.html", page % link)))
    silent = only(read_file(write(tmp_path, "b.htm", page % "")))
    assert isinstance(stated, Article)
    assert isinstance(silent, Article)
    assert (stated.external_id, stated.url) == (None, "https://c.example/1")
    assert (silent.external_id, silent.url) == ("b", None)


def test_options_fill_what_is_missing(tmp_path: Path) -> None:
    options = ReadOptions(published_on=date(2024, 1, 2), publisher="Me")
    plain = only(read_file(write(tmp_path, "a.txt", TEXT), options=options))
    dated = only(
        read_file(
            write(tmp_path, "b.txt", f"---\npublished_at: 2020-05-05\n---\n{TEXT}"), options=options
        )
    )
    assert isinstance(plain, Article)
    assert isinstance(dated, Article)
    assert (plain.published_on, plain.publisher) == (date(2024, 1, 2), "Me")
    assert dated.published_on == date(2020, 5, 5)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = f"{TEXT} Caf\u00e9 owners \u2013 \u201call\u201d \u2013 closed in S\u00e3o Lu\u00eds and M\u00e1laga."
    article = only(read_file(write(tmp_path, "a.txt", text.encode(encoding))))
    assert isinstance(article, Article)
    assert article.body == text


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\n ", "empty"),
        ("numbers.txt", b"12 34 --", "empty"),
        ("image.txt", b"\x89PNG\r\n\x1a\n" + bytes(50), "binary"),
        ("null.txt", b"abc\x00def" * 20, "binary"),
        ("front.txt", b"---\nid: [unclosed\n---\ntext here", "malformed_front_matter"),
        ("list.txt", b"---\n- a\n- b\n---\ntext here", "malformed_front_matter"),
        ("date.txt", b"---\npublished_at: last Tuesday\n---\nThe text is here.", "invalid_date"),
        ("word.docx", b"PK", "unsupported_format"),
    ],
)
def test_refuses_with_a_reason(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    result = only(read_file(write(tmp_path, name, content)))
    assert isinstance(result, Rejection)
    assert result.reason_code == code
    assert result.reason
    assert "\n" not in result.reason


def test_other_languages_are_set_aside(tmp_path: Path) -> None:
    french = (
        "Le ministre a d\u00e9clar\u00e9 que quatre soldats avaient \u00e9t\u00e9 tu\u00e9s lundi"
        " dans une embuscade."
    )
    result = only(read_file(write(tmp_path, "fr.txt", french)))
    assert isinstance(result, Rejection)
    assert result.reason_code == "not_english"


def test_size_limit_is_a_setting(tmp_path: Path) -> None:
    path = write(tmp_path, "long.txt", TEXT * 3)
    assert only(read_file(path, options=ReadOptions(max_bytes=100))).reason_code == "too_large"  # type: ignore[union-attr]
    assert isinstance(only(read_file(path, options=ReadOptions(max_bytes=1000))), Article)


@pytest.mark.parametrize("name", ["long.txt", "long.html", "long.jsonl"])
def test_an_article_of_50_megabytes_is_refused_with_what_to_do(tmp_path: Path, name: str) -> None:
    sentence = b"Shots were heard at the bridge. "
    record = b'{"text": "' + sentence * (50_000_000 // len(sentence)) + b'"}\n'
    path = write(tmp_path, name, record)
    result = only(read_file(path))
    assert isinstance(result, Rejection)
    assert result.reason_code == "too_large"
    assert f"{len(record):,} bytes" in result.reason
    assert "raise the limit or split it" in result.reason


def test_a_malformed_line_rejects_only_itself(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": 7, "text": TEXT}),
        "{not json",
        json.dumps({"title": "no text"}),
        json.dumps([1]),
        json.dumps({"text": "x" * 500 + TEXT}),
        "",
        json.dumps({"text": "\ud800 broken half of a pair"}),
        json.dumps({"text": TEXT, "published_at": "2024-02-30"}),
        json.dumps({"text": TEXT + " Last line."}),
    ]
    path = write(tmp_path, "many.jsonl", "\n".join(lines))
    results = list(read_file(path, options=ReadOptions(max_bytes=300)))
    codes = [r.reason_code if isinstance(r, Rejection) else "taken" for r in results]
    assert codes == [
        "taken",
        "malformed_json",
        "missing_text",
        "malformed_json",
        "too_large",
        "undecodable",
        "invalid_date",
        "taken",
    ]
    assert [r.line_number for r in results if isinstance(r, Rejection)] == [2, 3, 4, 5, 7, 8]
    assert results[0].external_id == "7"


def test_markdown_is_read_as_its_words(tmp_path: Path) -> None:
    text = "# Weekly digest\n\nShells **fell** on [Sake](https://x.example).\nNo one was hurt.\n\n- One\n- Two\n"
    article = only(read_file(write(tmp_path, "w.md", text)))
    assert isinstance(article, Article)
    assert article.body == "Weekly digest\n\nShells fell on Sake. No one was hurt.\n\nOne\n\nTwo"


def test_missing_path_is_a_rejection(tmp_path: Path) -> None:
    result = only(read_paths([tmp_path / "absent.txt"]))
    assert isinstance(result, Rejection)
    assert result.reason_code == "unreadable"


def test_text_from_a_pipe_has_no_name() -> None:
    article = read_text(TEXT)
    assert isinstance(article, Article)
    assert article.external_id is None


def test_what_utf_8_cannot_hold_is_replaced_in_metadata(tmp_path: Path) -> None:
    record = {"text": TEXT, "title": "Fire \ud800", "publisher": "\udfff Wire", "id": "\ud83d"}
    article = only(read_file(write(tmp_path, "a.jsonl", json.dumps(record))))
    assert isinstance(article, Article)
    assert (article.title, article.publisher, article.external_id) == ("Fire ?", "? Wire", "?")
    refused = only(read_file(write(tmp_path, "b.jsonl", json.dumps({"x": "\ud800"}))))
    assert isinstance(refused, Rejection)
    assert (refused.excerpt or "").isprintable()


def test_a_file_name_that_is_no_utf_8_can_be_stored(tmp_path: Path) -> None:
    (tmp_path / "caf\udce9.txt").write_text(TEXT)
    article = only(read_paths([tmp_path]))
    assert (article.source_path, article.external_id) == ("caf?.txt", "caf?")


def test_a_moment_outside_the_calendar_is_refused(tmp_path: Path) -> None:
    for moment in ("0001-01-01T00:00:00+14:00", '"9999-12-31T23:59:59-14:00"'):
        text = f"---\npublished_at: {moment}\n---\n{TEXT}"
        refused = only(read_file(write(tmp_path, "a.txt", text)))
        assert isinstance(refused, Rejection)
        assert refused.reason_code in {"invalid_date", "malformed_front_matter"}


def test_front_matter_cannot_grow_by_aliases(tmp_path: Path) -> None:
    lists = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
    text = f"---\na0: &a0 [x]\n{lists}title: *a11\n---\n{TEXT}"
    refused = only(read_file(write(tmp_path, "a.txt", text)))
    assert isinstance(refused, Rejection)
    assert refused.reason_code == "malformed_front_matter"
    deep = only(read_file(write(tmp_path, "b.txt", f"---\na: {'[' * 5000}\n---\n{TEXT}")))
    assert isinstance(deep, Rejection)
    assert deep.reason_code == "malformed_front_matter"
