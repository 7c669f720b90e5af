"""Declared sources through the real command: read, observed, remembered, listed."""

import sys
from pathlib import Path

import dagster as dg
import duckdb
import yaml
from homes import ledger, ledger_json

sys.path.append(str(Path(__file__).parents[1] / "unit"))
from web import serving

from orchestration.runs import home_instance
from orchestration.settings import Settings
from orchestration.sources import kept_file

PAGE = (
    "<html lang='en'><head><meta property='article:published_time' content='2024-03-09T23:30:00+03:00'>"
    "</head><body><article><p>Two guards were killed near the bridge on Friday, the army said in a statement."
    "</p><p>The road to the north stays closed until the morning, it added.</p></article></body></html>"
)


def test_a_load_reads_the_declared_sources(tmp_path: Path) -> None:
    settings = Settings.resolve(tmp_path / "home", environment={})
    settings.create_folders()
    desk = tmp_path / "desk"
    desk.mkdir()
    (desk / "calm.txt").write_text(
        "The market was quiet on Sunday, and no shot was heard, the governor said.",
        encoding="utf-8",
    )
    with serving() as web:
        web.pages["/a"] = PAGE.encode()
        web.pages["/rss"] = (
            "<rss version='2.0'><channel><title>The Courier</title><item><title>Bridge</title>"
            f"<link>{web.url('/a?utm_source=rss')}</link></item></channel></rss>"
        ).encode()
        common = {"allow_private": True, "delay_seconds": 0}
        declared = [
            {"name": "courier", "kind": "feed", "url": web.url("/rss"), **common},
            {"name": "gone", "kind": "feed", "url": web.url("/nothing"), **common},
            {"name": "desk", "kind": "folder", "path": str(desk)},
        ]
        settings.sources_file.write_text(yaml.safe_dump({"sources": declared}), encoding="utf-8")
        report = ledger_json("load", home=settings.home)
    assert report["articles_new"] == 2
    assert [item["source_path"] for item in report["rejections"]] == ["gone"]
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        [(url, day, sha256)] = connection.execute(
            "select url, published_on::varchar, raw_sha256 from raw.articles where url is not null"
        ).fetchall()
        cursors = connection.execute("select count(*) from raw.source_cursors").fetchall()
    assert (url.endswith("/a"), day) == (True, "2024-03-09")
    assert kept_file(settings.fetched_folder, sha256).is_file()
    assert cursors == [
        (5,)
    ]  # the feed, its page, the file, and each source that was read to its end
    listed = ledger_json("sources", "list", home=settings.home)
    assert [item["last_read_at"] is not None for item in listed] == [True, False, True]
    with home_instance(settings) as instance:
        key = dg.AssetKey(["sources", "courier"])
        [record] = instance.fetch_observations(key, limit=1).records
        observation = record.asset_observation
        assert observation is not None
        assert observation.metadata["articles read"].value == 1
    settings.sources_file.write_text("sources:\n- name: a\n  kind: b\n", encoding="utf-8")
    refused = ledger("sources", "check", home=settings.home)
    assert refused.returncode == 3
    assert "sources.yaml, line 3" in refused.stderr
