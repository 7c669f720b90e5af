"""Declared sources: mistakes with their line, secrets that stay secret, readings that never stop each other."""

import json
import os
import re
import sys
import types
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml
from web import Web, serving

from extract.article import build_article
from extract.records import Article, Rejection
from extract.sources import kinds
from extract.sources.declarations import DeclarationError, parse_sources, sources_schema
from extract.sources.kinds import Kind
from extract.sources.reading import Cursor
from orchestration.errors import InputError
from orchestration.settings import Settings
from orchestration.sources import (
    check_sources,
    chosen_sources,
    declared_sources,
    keep_article,
    keep_bytes,
    kept_articles,
    kept_file,
    list_sources,
    read_sources,
    schema_text,
)

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
TEXT = "Four soldiers were killed in the ambush near the river on Monday, the ministry said."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings.resolve(tmp_path / "home", environment={})
    settings.create_folders()
    return settings


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


def declare(settings: Settings, *sources: dict[str, object]) -> None:
    text = yaml.safe_dump({"sources": list(sources)})
    settings.sources_file.write_text(text, encoding="utf-8")


def examples() -> str:
    match = re.search(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
    assert match
    return match[1]


def test_the_documented_file_is_valid_and_fits_its_schema() -> None:
    environment = {"WIRE_KEY": "first-secret", "WIRE_TOKEN": "second-secret"}
    sources = parse_sources(examples(), environment=environment)
    assert {source.kind for source in sources} == set(kinds.KINDS)
    jsonschema.validate(yaml.safe_load(examples()), sources_schema())
    wire = sources[1]
    assert wire.options.headers == {"Authorization": "Bearer second-secret"}
    assert wire.place == "https://wire.example/feed.json?key=${WIRE_KEY}"
    assert "secret" not in repr(sources)


def test_the_schema_is_the_documented_one() -> None:
    file = ROOT / "docs" / "sources.schema.json"
    if os.environ.get("UPDATE_SCHEMA"):
        file.write_text(schema_text(), encoding="utf-8")
    assert file.read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sources:\n  - name: a\n    kind: feeed\n", (3, "is no kind of source")),
        ("sources:\n  - kind: folder\n    path: a\n", (2, "name")),
        ("sources:\n  - name: a\n    kind: folder\n", (2, "path")),
        ("sources:\n  - name: A b\n    kind: folder\n    path: a\n", (2, "Small letters")),
        ("sources:\n  - name: a\n    kind: folder\n    path: 3\n", (4, "string")),
        (
            "sources:\n  - name: a\n    kind: folder\n    paths: x\n    path: a\n",
            (4, "did you mean"),
        ),
        ("sources:\n  - name: a\n    kind: feed\n    url: file:///x\n", (4, "no http")),
        ("sources:\n  - name: a\n    kind: feed\n    url: https://u:p@h/x\n", (4, "no host")),
        (
            "sources:\n  - name: a\n    kind: feed\n    url: https://h/${NONE}\n",
            (4, "NONE is not set"),
        ),
        (
            "sources:\n  - name: a\n    kind: feed\n    url: https://h/x\n    max_bytes: '3'\n",
            (5, "integer"),
        ),
        (
            "sources:\n  - name: a\n    kind: table\n    path: x\n    columns: {body: x}\n",
            (2, "body is none of"),
        ),
        ("sources:\n  - name: a\n    kind: table\n    path: x\n    encoding: x\n", (2, "encoding")),
        (
            "sources:\n- {name: a, kind: folder, path: x}\n- {name: a, kind: folder, path: y}\n",
            (3, "another source named"),
        ),
        ("sources:\n- a\n", (2, "mapping")),
        ("sources: {}\n", (1, "list")),
        ("other: 1\n", (1, "sources")),
        ("sources: [\n", (2, "YAML")),
        ("sources:\x07\n", (1, "YAML")),
        ("sources:\n- !!python/object/apply:os.system [x]\n", (2, "YAML")),
    ],
)
def test_mistakes_are_named_with_their_line(text: str, expected: tuple[int, str]) -> None:
    with pytest.raises(DeclarationError) as error:
        parse_sources(text, environment={})
    line, words = expected
    assert line in {item.line for item in error.value.problems}, error.value
    assert words in str(error.value)


def test_an_empty_file_declares_nothing() -> None:
    assert parse_sources("") == parse_sources("sources:\n") == ()


def test_check_says_what_would_be_read_without_reading(settings: Settings, web: Web) -> None:
    (settings.home / "news").mkdir()
    (settings.home / "news" / "a.txt").write_text(TEXT, encoding="utf-8")
    declare(
        settings,
        {"name": "desk", "kind": "folder", "path": "news"},
        {"name": "feed", "kind": "feed", "url": web.url("/rss"), "schedule": "@hourly"},
        {"name": "gone", "kind": "archive", "path": "nowhere"},
        {"name": "often", "kind": "feed", "url": web.url("/rss"), "schedule": "99 * * * *"},
        {"name": "off", "kind": "archive", "path": "nowhere", "enabled": False},
    )
    described, problems = check_sources(settings)
    texts = {source.name: text for source, text in described}
    assert texts["desk"] == "reads 1 file at news"
    assert texts["feed"].startswith(f"fetches {web.url('/rss')}")
    assert [problem.partition(": ")[2].partition(":")[0] for problem in problems] == [
        "gone",
        "often",
    ]
    assert web.asked == []


def test_sources_are_chosen_by_name(settings: Settings) -> None:
    assert declared_sources(settings) == ()
    declare(
        settings,
        {"name": "a", "kind": "folder", "path": "x"},
        {"name": "b", "kind": "folder", "path": "y", "enabled": False},
    )
    assert [source.name for source in chosen_sources(settings, None)] == ["a"]
    assert chosen_sources(settings, []) == ()
    with pytest.raises(InputError, match="not 'c'"):
        chosen_sources(settings, ["c"])
    with pytest.raises(InputError, match="not enabled"):
        chosen_sources(settings, ["b"])
    assert [item["last_read_at"] for item in list_sources(settings)] == [None, None]
    settings.sources_file.write_text("sources:\n- 7\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 2"):
        chosen_sources(settings, None)


def test_a_source_that_fails_does_not_stop_the_others(settings: Settings, web: Web) -> None:
    web.pages["/rss"] = b"no feed"
    (settings.home / "a.txt").write_text(TEXT, encoding="utf-8")
    open_web = {"allow_private": True, "robots": False, "delay_seconds": 0}
    declare(
        settings,
        {"name": "closed", "kind": "feed", "url": web.url("/rss")},
        {"name": "broken", "kind": "feed", "url": web.url("/rss"), **open_web},
        {"name": "missing", "kind": "feed", "url": web.url("/none"), **open_web},
        {"name": "nowhere", "kind": "folder", "path": "nowhere"},
        {"name": "desk", "kind": "folder", "path": "a.txt"},
    )
    seen: dict[str, int] = {}
    items = list(
        read_sources(
            settings,
            declared_sources(settings),
            states=lambda _: {},
            on_end=lambda source, counts: seen.update({source.name: counts.articles}),
        )
    )
    codes = {item.source_path: item.reason_code for item in items if isinstance(item, Rejection)}
    assert codes == {
        "closed": "refused_address",
        "broken": "malformed_feed",
        "missing": "http_error",
        "nowhere": "unreadable_source",
    }
    assert sum(isinstance(item, Article) for item in items) == 1
    assert seen == {"closed": 0, "broken": 0, "missing": 0, "nowhere": 0, "desk": 1}


def test_secrets_reach_the_host_and_nothing_else(
    settings: Settings, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_KEY", "very secret/word")
    declare(
        settings,
        {
            "name": "desk", "kind": "feed", "url": web.url("/rss?key=${DESK_KEY}"), "robots": False,
            "allow_private": True, "headers": {"X-Key": "${DESK_KEY}"},
        },
    )  # fmt: skip
    items = list(read_sources(settings, declared_sources(settings), states=lambda _: {}))
    assert web.headers[0]["x-key"] == "very secret/word"
    assert web.asked == ["/rss?key=very%20secret/word"]
    shown = repr(items) + repr(list_sources(settings)) + repr(check_sources(settings))
    assert "${DESK_KEY}" in shown
    assert "secret" not in shown


def test_fetched_bytes_are_kept_once_under_their_hash(settings: Settings) -> None:
    sha256 = keep_bytes(settings.fetched_folder, b"page")
    keep_bytes(settings.fetched_folder, b"page")
    assert kept_file(settings.fetched_folder, sha256).is_file()
    assert len([path for path in settings.fetched_folder.rglob("*") if path.is_file()]) == 1


def test_what_was_fetched_is_kept_as_it_was_read_in_the_order_it_came(settings: Settings) -> None:
    folder = settings.fetched_folder
    articles = [
        build_article(
            f"{TEXT} Version {number}.",
            url="https://c.example/a",
            published=day,
            raw_sha256=keep_bytes(folder, bytes([number])),
        )
        for number, day in ((2, date(2024, 3, 9)), (1, date(2024, 3, 8)), (3, None))
    ]
    for article in [*articles, articles[0], build_article(TEXT)]:
        keep_article(folder, article)
    assert list(kept_articles(folder)) == articles
    next(folder.glob("*/*.json")).write_bytes(b"{half")
    refused, *others = kept_articles(folder)
    assert isinstance(refused, Rejection)
    assert refused.reason_code == "unreadable"
    assert len(others) == 2


def test_the_documented_template_is_a_whole_kind_in_under_30_lines(
    settings: Settings, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = DOCUMENT.rpartition('```python\n"""')[2].partition("```")[0]
    assert len(code.splitlines()) < 30
    module = types.ModuleType("bulletin")
    monkeypatch.setitem(sys.modules, "bulletin", module)
    exec('"""' + code, module.__dict__)  # noqa: S102 - our own documentation
    table = {**kinds.KINDS, "bulletin": Kind(module.BulletinOptions, module.read_bulletin)}
    monkeypatch.setattr("extract.sources.declarations.KINDS", table)
    monkeypatch.setattr("orchestration.sources.KINDS", table)
    rows = [{"link": "https://c.example/1/", "name": "Ambush", "text": TEXT}]
    web.pages["/list"] = json.dumps(rows).encode()
    declare(
        settings,
        {"name": "b", "kind": "bulletin", "url": web.url("/list"), "allow_private": True,
         "delay_seconds": 0},
    )  # fmt: skip
    (source,) = declared_sources(settings)
    first = list(read_sources(settings, [source], states=lambda _: {}))
    (article,) = [item for item in first if isinstance(item, Article)]
    assert (article.title, article.url) == ("Ambush", "https://c.example/1")
    states = {item.key: item.state for item in first if isinstance(item, Cursor) and item.state}
    again = list(read_sources(settings, [source], states=lambda _: states))
    assert not [item for item in again if isinstance(item, Article)]
