"""Access to the tables under `seeds/`: those of `reference/`, which extraction and dbt share, and the regions.

Here belongs finding and reading a table. What its columns mean belongs in the module that uses it.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

LIST_SEPARATOR = "|"

REFERENCE_FOLDER = Path(__file__).resolve().parents[1] / "seeds" / "reference"
REGIONS_FILE = REFERENCE_FOLDER.parent / "gazetteer" / "regions.csv"


@cache
def read_reference(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of `seeds/reference/<name>.csv` in file order, every cell stripped text ("" where empty).

    Raises FileNotFoundError where there is no such table, ValueError where a row has too many or too few cells.
    """
    return _read(REFERENCE_FOLDER / f"{name}.csv")


@cache
def read_regions() -> tuple[dict[str, str], ...]:
    """Return the provinces and districts of the world, as `seeds/gazetteer/README.md` describes them."""
    return _read(REGIONS_FILE)


def _read(path: Path) -> tuple[dict[str, str], ...]:
    with path.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"{path.name}: {len(header)} columns, but {len(row)} cells in {row!r}")
    return tuple(
        {column: cell.strip() for column, cell in zip(header, row, strict=True)} for row in rows
    )


def has_reference(name: str) -> bool:
    """Tell whether there is a reference table of that name."""
    return (REFERENCE_FOLDER / f"{name}.csv").is_file()


def split_list(cell: str) -> tuple[str, ...]:
    """Return the items of a cell that holds a list separated by `|`, without empty ones."""
    return tuple(item.strip() for item in cell.split(LIST_SEPARATOR) if item.strip())
