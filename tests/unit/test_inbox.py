"""Documents come into the inbox once, keep their defaults, and are read again only when they change."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from extract.records import Article, Rejection
from orchestration.errors import InputError
from orchestration.inbox import inbox_digest, list_files, read_inbox, take_in
from orchestration.settings import Settings
from orchestration.warehouse import FileRead, FileState, InboxDocument

TEXT = "The border post was calm on Monday, the district governor said after his visit there."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings.resolve(tmp_path / "home", environment={})
    settings.create_folders()
    return settings


def write(path: Path, text: str = TEXT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def read(
    settings: Settings, known: Mapping[FileState, FileRead] | None = None
) -> Iterator[InboxDocument | Rejection | FileRead]:
    files = list(list_files(settings))
    return read_inbox(files, known=known or {}, known_documents=lambda keys: {})


def articles(settings: Settings) -> list[Article]:
    return [
        item.article for item in read(settings) if isinstance(item, InboxDocument) and item.article
    ]


def test_same_name_in_two_folders_is_two_articles(tmp_path: Path, settings: Settings) -> None:
    one = write(tmp_path / "monday" / "report.txt").parent
    other = write(tmp_path / "tuesday" / "report.txt").parent
    assert take_in(settings, [one, other]) == ["monday", "tuesday"]
    first, second = articles(settings)
    assert first.article_id != second.article_id
    assert first.external_id == second.external_id == "report"
    assert second.source_path == "tuesday/report.txt"


def test_defaults_stay_with_what_they_were_given_for(tmp_path: Path, settings: Settings) -> None:
    take_in(
        settings,
        [write(tmp_path / "a.txt")],
        published_on=date(2024, 2, 29),
        publisher="The Courier",
    )
    take_in(settings, [write(tmp_path / "b.txt", TEXT + " He left.")])
    dated, undated = articles(settings)
    assert (dated.published_on, dated.publisher) == (date(2024, 2, 29), "The Courier")
    assert (undated.published_on, undated.publisher) == (None, None)


def test_another_file_of_the_same_name_is_not_taken_for_the_first(
    tmp_path: Path, settings: Settings
) -> None:
    take_in(settings, [write(tmp_path / "one" / "a.txt")])
    second = write(tmp_path / "two" / "a.txt", TEXT + " He left.")
    with pytest.raises(InputError, match="--as"):
        take_in(settings, [second])
    assert take_in(settings, [second], name="b.txt") == ["b.txt"]
    assert len(articles(settings)) == 2


def test_only_changed_files_are_read_again(tmp_path: Path, settings: Settings) -> None:
    source = write(tmp_path / "news" / "a.txt")
    take_in(settings, [source.parent])
    known = {item.state: item for item in read(settings) if isinstance(item, FileRead)}
    take_in(settings, [source.parent])
    again = list(read(settings, known))
    assert again == list(known.values())
    write(source, TEXT + " He left.")
    take_in(settings, [source.parent])
    kinds = [type(item) for item in read(settings, known)]
    assert kinds == [InboxDocument, FileRead]


def test_a_file_named_outright_is_refused_with_its_reason(
    tmp_path: Path, settings: Settings
) -> None:
    take_in(settings, [write(tmp_path / "photo.jpg")])
    refused, end = read(settings)
    assert isinstance(refused, Rejection)
    assert refused.reason_code == "unsupported_format"
    assert isinstance(end, FileRead)


def test_missing_path_and_folder_without_documents_are_refused(
    tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="does not exist"):
        take_in(settings, [tmp_path / "nowhere"])
    with pytest.raises(InputError, match="holds no file"):
        take_in(settings, [tmp_path / "empty"])


@pytest.mark.parametrize("name", ["../outside", ".hidden", "a/b"])
def test_a_name_cannot_lead_out_of_the_inbox(tmp_path: Path, settings: Settings, name: str) -> None:
    with pytest.raises(InputError):
        take_in(settings, [write(tmp_path / "a.txt")], name=name)


def test_digest_changes_with_the_inbox_only(tmp_path: Path, settings: Settings) -> None:
    empty = inbox_digest(settings)
    take_in(settings, [write(tmp_path / "a.txt")])
    filled = inbox_digest(settings)
    assert filled != empty
    (settings.inbox / ".notes").write_text("hidden", encoding="utf-8")
    assert inbox_digest(settings) == filled
