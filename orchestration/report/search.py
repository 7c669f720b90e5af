"""The full-text search: an index in small files, of which a search reads the few that its words stand in.

A word stands in the file of its first three characters, with the documents that have it in their title and in their
text. Documents are named by hashes of their ids, so that a new one changes only the files of its own words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from orchestration.report import words
from orchestration.report.store import Store

# A word in more than this share of many documents tells nothing and is left out.
COMMON_SHARE = 0.2
MANY_DOCUMENTS = 2_000

_SETUP = (Path(__file__).with_name("queries") / "search.sql").read_text(encoding="utf-8")


def prepare(store: Store) -> None:
    """Make the tables of documents and words."""
    store.query(_SETUP)
    store.query(f"create temp table search_words as {_WORDS}")


def _tokens(column: str) -> str:
    """Return an expression for the words of a text, small and without accents."""
    return f"regexp_extract_all(lower(strip_accents({column})), '[\\p{{L}}\\p{{N}}]+')"


_WORDS = f"""
with documents as (select count(*) as total from search_documents),

tokens as (
    select
        key,
        list_distinct({_tokens("title")}) as title_tokens,
        list_distinct({_tokens("text")}) as text_tokens
    from search_documents
),

postings as (
    select key, unnest(title_tokens) as token, true as in_title
    from tokens
    union all
    select
        key,
        unnest(list_filter(text_tokens, lambda token: not list_contains(title_tokens, token))),
        false
    from tokens
)

select
    left(postings.token, 3) as shard,
    postings.token,
    count(*) > {COMMON_SHARE} * any_value(documents.total)
        and any_value(documents.total) > {MANY_DOCUMENTS} as is_common,
    list(key order by key) filter (in_title) as in_title,
    list(key order by key) filter (not in_title) as in_text
from postings
cross join documents
where length(postings.token) <= 40
group by postings.token
"""


def word_files(
    store: Store, *, is_kept: Callable[[str, str], bool]
) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the path, value and mark of every file of words that is not kept by its path and mark."""
    marks = dict(
        store.query(
            "select shard, sum(hash(words)::hugeint)::varchar from search_words as words"
            " group by shard order by shard"
        )
    )
    wanted = [shard for shard, mark in marks.items() if not is_kept(_path(shard), mark)]
    rows = store.query(
        "select * from search_words where shard in (select unnest(?::varchar[])) order by shard, token",
        wanted,
    )
    for shard, entries in groupby(rows, key=lambda row: row[0]):
        yield (
            _path(shard),
            {
                token: None if is_common else [in_title or [], in_text or []]
                for _, token, is_common, in_title, in_text in entries
            },
            marks[shard],
        )


def _path(shard: str) -> str:
    return f"search/{words.file_name(shard)}.js"


def title_files(store: Store) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the path and value of every file of the documents that are found."""
    documents = store.query(
        "select key, kind, page_id, title, detail from search_documents order by substring(key, 2, 2), key"
    )
    for shard, entries in groupby(documents, key=lambda row: row[0][1:3]):
        yield (
            f"search/titles/{shard}.js",
            {
                key: [words.page_path(kind, page_id), kind[:-1].capitalize(), title, detail]
                for key, kind, page_id, title, detail in entries
            },
        )


def counts(store: Store) -> Counter[str]:
    """Return how many documents of each kind can be found, 0 of a kind that there is none of."""
    return Counter(dict(store.query("select kind, count(*) from search_documents group by kind")))
