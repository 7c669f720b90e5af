"""A document of the inbox that was taken in before is not read again, and nothing else tells the difference."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extract.article import build_article
from extract.records import Rejection
from extract.sources import files
from extract.sources.reading import Withdrawal
from orchestration import inbox
from orchestration.assets import raw
from orchestration.inbox import list_files, read_inbox, take_in
from orchestration.rebuild import forget_all_but_raw
from orchestration.settings import Settings
from orchestration.warehouse import (
    DocumentKey,
    FileRead,
    LoadCounts,
    Received,
    Warehouse,
    finish_batch,
    forget_documents,
    ingest,
    known_documents,
    known_files,
    start_batch,
)

TEXT = "The border post was calm on Monday, the district governor said after visit number {}."


def line(number: int, **changes: Any) -> str:
    record = {
        "id": f"desk-{number}",
        "text": TEXT.format(number),
        "published_at": f"2024-05-{number:02}",
    }
    return json.dumps(record | changes)


def nameless(number: int) -> str:
    return json.dumps({"text": TEXT.format(number)})


@dataclass
class Home:
    """A home whose inbox holds what lies in `folder`."""

    path: Path
    settings: Settings
    connection: duckdb.DuckDBPyConnection
    recognises: bool = True
    loads: int = 0
    texts_read: list[str] = field(default_factory=list)

    def write(self, name: str, *lines: str) -> None:
        """Write a file as if it were exported anew: its time of change is always another one."""
        file = self.path / "news" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines), encoding="utf-8")
        self.loads += 1
        os.utime(file, ns=(self.loads, self.loads))

    def load(self, *, publisher: str | None = None, also: Sequence[Received] = ()) -> LoadCounts:
        """Take in the folder as it is now, as the raw asset does, some documents a transaction."""
        take_in(self.settings, [self.path / "news"], publisher=publisher)
        present = list(list_files(self.settings))
        self.texts_read.clear()
        counts = LoadCounts()
        batch_id = start_batch(self.connection, run_id=f"run {self.loads}")
        forget_documents(self.connection, read_as={file.read_as for file in present})
        items = [
            *read_inbox(
                present,
                known=known_files(self.connection),
                known_documents=self.known_documents,
            ),
            *also,
        ]
        for first in range(0, len(items), 4):
            counts.add(ingest(self.connection, items[first : first + 4], batch_id=batch_id))
        finish_batch(self.connection, batch_id, counts)
        return counts

    def known_documents(self, keys: Sequence[DocumentKey]) -> Mapping[DocumentKey, str]:
        return known_documents(self.connection, keys) if self.recognises else {}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return what raw says, but for when; the batch by its run."""
        runs = dict(self.rows("select batch_id, run_id from raw.load_batches"))
        return {
            sql: [tuple(runs.get(value, value) for value in row) for row in self.rows(sql)]
            for sql in (
                "select * exclude (ingested_at) replace (withdrawn_at is null as withdrawn_at)"
                " from raw.articles order by all",
                "select * exclude (rejected_at) from raw.rejected_documents order by all",
                "select * from raw.inbox_files order by all",
                "select * exclude (batch_id, started_at, finished_at) from raw.load_batches order by all",
            )
        }


@contextmanager
def opened(path: Path, *, recognises: bool = True) -> Iterator[Home]:
    settings = Settings.resolve(path / "home", environment={})
    settings.create_folders()
    with Warehouse(settings).writer() as connection:
        yield Home(path, settings, connection, recognises=recognises)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home that notes every text that is read."""
    make_article = files.make_article

    def noted(text: str, *args: Any, **options: Any) -> Any:
        home.texts_read.append(text)
        return make_article(text, *args, **options)

    monkeypatch.setattr(files, "make_article", noted)
    with opened(tmp_path) as home:
        yield home


def everyday(home: Home) -> Iterator[LoadCounts]:
    """Load what a newsroom might send from day to day, and yield what came of each load."""
    german = line(8, text="Der Gouverneur sagte am Montag, an der Grenze sei es seit Tagen ruhig.")
    first = [line(1), line(2), "no JSON", german, line(1), nameless(3), "", line(4)]
    home.write("dump.jsonl", *first)
    home.write("note.txt", TEXT.format(20))
    yield home.load()
    # It grew, one article was corrected, and one comes in a state before the one that is here.
    grown = [*first, line(5), line(2, published_at="2024-06-02", text=TEXT.format("2b"))]
    home.write("dump.jsonl", *grown, line(4, published_at="2024-04-01", text=TEXT.format("4a")))
    yield home.load()
    home.write("dump.jsonl", *grown, line(4, published_at="2024-04-01", text=TEXT.format("4a")))
    home.write("note.txt", TEXT.format(20))
    yield home.load()
    home.write("note.txt", TEXT.format(20), "He left.")
    [(article_id,)] = home.rows("select article_id from raw.articles where external_id = 'desk-5'")
    yield home.load(also=[Withdrawal(source="feed", article_id=article_id)])
    home.write("dump.jsonl", *first)
    yield home.load()
    home.write("dump-2.jsonl", *grown)
    yield home.load()
    home.write("dump-2.jsonl", *grown[:4])
    yield home.load(publisher="The Courier")
    home.write("dump-2.jsonl", *grown, line(6))
    yield home.load()


@pytest.mark.parametrize("limit", ["_BATCH_ITEMS", "_BATCH_BYTES"])
def test_so_many_documents_are_looked_up_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    document = len(line(1))
    monkeypatch.setattr(inbox, limit, 2 if limit == "_BATCH_ITEMS" else 2 * document)
    lookups: list[int] = []

    def none(keys: Sequence[DocumentKey]) -> Mapping[DocumentKey, str]:
        lookups.append(len(keys))
        return {}

    with opened(tmp_path) as home:
        home.write("dump.jsonl", *map(line, range(1, 6)))
        take_in(home.settings, [home.path / "news"])
        items = list(read_inbox(list(list_files(home.settings)), known={}, known_documents=none))
    assert lookups == [2, 2, 1]
    end = items[-1]
    assert isinstance(end, FileRead)
    assert end.article_count == 5


@pytest.mark.parametrize(
    ("limit", "sizes"),
    [("_ITEMS_PER_TRANSACTION", [2, 2, 1]), ("_CHARACTERS_PER_TRANSACTION", [1] * 5)],
)
def test_so_many_documents_are_taken_in_together(
    monkeypatch: pytest.MonkeyPatch, limit: str, sizes: list[int]
) -> None:
    monkeypatch.setattr(raw, limit, 2)
    articles = [build_article(TEXT.format(number)) for number in range(5)]
    assert [len(batch) for batch in raw._batches(articles)] == sizes


def test_every_load_gives_what_reading_everything_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "_BATCH_ITEMS", 3)
    with opened(tmp_path / "a") as home, opened(tmp_path / "b", recognises=False) as other:
        loads = zip(everyday(home), everyday(other), strict=True)
        for number, (counts, wanted) in enumerate(loads):
            assert (number, counts) == (number, wanted)
            assert home.tables() == other.tables(), number


def test_only_what_is_new_is_read(home: Home) -> None:
    home.write("dump.jsonl", line(1), line(2), nameless(3))
    home.write("note.txt", TEXT.format(20))
    assert home.load().articles_new == 4
    home.write("dump.jsonl", line(1), line(2), nameless(3), line(4))
    home.write("note.txt", TEXT.format(20))
    counts = home.load()
    assert home.texts_read == [TEXT.format(4)]
    assert counts == LoadCounts(documents_seen=5, articles_new=1, articles_unchanged=4)


def test_a_line_is_known_in_any_file_and_a_text_by_its_name(home: Home) -> None:
    home.write("monday.jsonl", line(1), nameless(2))
    home.write("note.txt", TEXT.format(20))
    home.load()
    home.write("tuesday.jsonl", line(1), nameless(2))
    home.write("other.txt", TEXT.format(20))
    counts = home.load()
    assert home.texts_read == [TEXT.format(20)]
    assert (counts.articles_new, counts.articles_unchanged) == (1, 5)


def test_what_was_refused_or_superseded_is_read_and_reported_again(home: Home) -> None:
    home.write("dump.jsonl", line(1), "no JSON", line(2, text=""))
    home.load()
    old = line(1, text=TEXT.format("1a"), published_at="2024-04-01")
    for _ in range(2):
        home.write("dump.jsonl", line(1), "no JSON", line(2, text=""), old)
        counts = home.load()
        assert (counts.articles_unchanged, counts.documents_rejected) == (1, 3)
        assert home.rows(
            "select distinct reason_code, run_id from raw.rejected_documents"
            " join raw.load_batches using (batch_id) order by all"
        ) == [(code, f"run {home.loads}") for code in ("empty", "malformed_json", "superseded")]


def test_an_article_that_was_withdrawn_counts_again_when_it_is_offered_again(home: Home) -> None:
    home.write("dump.jsonl", line(1))
    home.load()
    [(article_id,)] = home.rows("select article_id from raw.articles")
    home.load(also=[Withdrawal(source="feed", article_id=article_id)])
    assert home.rows("select withdrawn_by from raw.articles") == [("feed",)]
    home.write("dump.jsonl", line(1))
    assert home.load().articles_unchanged == 1
    assert home.rows("select withdrawn_by, withdrawn_at from raw.articles") == [(None, None)]


def test_documents_read_in_another_way_are_read_again_and_the_former_way_forgotten(
    home: Home,
) -> None:
    ways = "select read_as, count(*) from raw.inbox_documents group by all"
    home.write("dump.jsonl", line(1), line(2))
    home.load()
    before = home.rows(ways)
    assert home.load(publisher="The Courier").articles_new == 2
    [(read_as, count)] = home.rows(ways)
    assert count == 2
    assert (read_as, count) not in before


def test_a_document_that_comes_twice_is_kept_once(home: Home) -> None:
    home.write("dump.jsonl", *(line(1) for _ in range(9)))
    assert home.load().articles_unchanged == 8
    assert home.rows("select count(*) from raw.inbox_documents") == [(1,)]


def test_a_load_that_breaks_off_knows_only_what_it_has_taken_in(home: Home) -> None:
    """The second transaction fails: what it held is read by the next load, and nothing else."""
    home.write("dump.jsonl", *map(line, range(1, 7)))
    broken = Rejection(source_path=None, reason_code="x", reason="x")  # type: ignore[arg-type]
    with pytest.raises(duckdb.ConstraintException):
        home.load(also=[broken])
    assert home.rows("select count(*) from raw.inbox_documents") == [(4,)]
    assert home.rows("select count(*) from raw.articles") == [(4,)]
    counts = home.load()
    assert home.texts_read == [TEXT.format(5), TEXT.format(6)]
    assert (counts.articles_new, counts.articles_unchanged) == (2, 4)


def test_a_rebuild_keeps_the_documents_with_their_articles(home: Home) -> None:
    home.write("dump.jsonl", line(1))
    home.load()
    forget_all_but_raw(Warehouse(home.settings))
    home.write("dump.jsonl", line(1))
    assert home.load().articles_unchanged == 1
    assert home.texts_read == []


def test_a_lost_warehouse_takes_the_documents_from_what_was_published(
    tmp_path: Path,
) -> None:
    with opened(tmp_path) as home:
        home.write("dump.jsonl", line(1))
        home.load()
        settings = home.settings
    settings.published_file.parent.mkdir(parents=True, exist_ok=True)
    settings.warehouse_file.replace(settings.published_file)
    with opened(tmp_path) as home:
        assert home.rows("select count(*) from raw.inbox_documents") == [(1,)]
        home.write("dump.jsonl", "", line(1))
        assert home.load().articles_unchanged == 1
