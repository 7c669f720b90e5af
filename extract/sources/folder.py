"""Sources of kind `folder`: texts, JSONL and saved web pages in a folder or an object store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from extract.records import Article, Rejection
from extract.sources.files import is_read, read_stream
from extract.sources.reading import Item, Reading, StoredFile, WithdrawRule, read_files


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderOptions:
    """A folder of .txt, .md, .jsonl and .html files, read with its subfolders."""

    path: Annotated[
        str, Field(description="Folder or file, relative to the home; or s3://bucket/folder.")
    ]
    withdraw: Annotated[
        WithdrawRule,
        Field(description="`absent`: an article that is no longer in the folder is withdrawn."),
    ] = "never"


def read_folder(options: FolderOptions, reading: Reading) -> Iterator[Item]:
    """Yield what is in the files that are new or have changed."""

    def read(file: StoredFile) -> Iterator[Article | Rejection]:
        with file.open() as stream:
            yield from read_stream(
                stream, name=file.key, suffix=file.suffix, options=reading.options
            )

    return read_files(
        options.path, reading, is_wanted=is_read, read=read, withdraw=options.withdraw
    )
