"""The table of kinds of sources: what a source can be, which options it has, what reads it.

A new kind is a module with a dataclass of options and a reader, and one line here; `docs/sources.md` has a template.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from extract.sources.archive import ArchiveOptions, is_archive, read_archive
from extract.sources.feed import FeedOptions, read_feed
from extract.sources.files import is_read
from extract.sources.folder import FolderOptions, read_folder
from extract.sources.gdelt import GdeltOptions, read_gdelt
from extract.sources.reading import Item, Reading
from extract.sources.reliefweb import ReliefwebOptions, read_reliefweb
from extract.sources.table import TableOptions, is_table, read_table


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of source: its dataclass of options and its reader; of files also which of them it reads.

    The option `path` of kinds of files, `url` of all others, says where a source lies.
    """

    options: type
    read: Callable[[Any, Reading], Iterator[Item]]
    is_wanted: Callable[[str], bool] | None = None

    @property
    def place(self) -> str:
        """Return the name of the option that says where a source lies."""
        return "path" if self.is_wanted else "url"


KINDS: Mapping[str, Kind] = {
    "folder": Kind(FolderOptions, read_folder, is_read),
    "table": Kind(TableOptions, read_table, is_table),
    "archive": Kind(ArchiveOptions, read_archive, is_archive),
    "feed": Kind(FeedOptions, read_feed),
    "reliefweb": Kind(ReliefwebOptions, read_reliefweb),
    "gdelt": Kind(GdeltOptions, read_gdelt),
}
"""By the `kind` of a declared source."""
