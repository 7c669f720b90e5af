"""The queries of `docs/statements.md` answer on the sample articles."""

import re
from pathlib import Path

import duckdb
import pytest

PAGE = Path(__file__).parents[2] / "docs" / "statements.md"
QUERIES = re.findall(r"```sql\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("query", QUERIES)
def test_documented_query_has_an_answer(warehouse: duckdb.DuckDBPyConnection, query: str) -> None:
    assert warehouse.execute(query).fetchall()
