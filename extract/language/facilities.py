"""Named facilities: "Nasser hospital", "Kabul airport", with the place that their name says they lie in.

Here belongs only that; places of the gazetteer belong in `places.py`.
"""

from __future__ import annotations

from extract.language.actors import HYPHENS
from extract.language.mentions import Desk

_FACILITY_NOUNS = frozenset(
    """hospital airport airbase airfield checkpoint base barracks prison jail school
    university mosque church cathedral synagogue temple market bridge station camp crossing
    port harbour harbor dam embassy consulate hotel stadium clinic factory refinery plant
    palace headquarters square mall museum theatre theater shrine monastery orphanage garrison
    outpost""".split()
)
_FACILITY_KINDS = frozenset(
    "refugee military air naval police border bus train railway power nuclear displacement general".split()
)


def add_facilities(desk: Desk) -> None:
    """Keep named facilities ("Nasser hospital"), with the place they lie in where the name says so."""
    doc = desk.doc
    covered = {
        index
        for finding in desk.findings
        if finding.mention.entity_type == "FAC"
        for index in range(finding.token_start, finding.token_end)
    }
    for token in doc:
        if token.lower_ not in _FACILITY_NOUNS or token.i in covered:
            continue
        start = token.i
        while (
            start > token.sent.start
            and (
                doc[start - 1].text[:1].isupper()
                or doc[start - 1].text in HYPHENS
                or (
                    doc[start - 1].pos_ in ("NOUN", "ADJ")
                    and doc[start - 1].lower_ in _FACILITY_KINDS
                )
                or doc[start - 1].lower_ in ("al", "el")
            )
            and doc[start - 1].pos_ not in ("DET", "ADP", "PRON")
        ):
            start -= 1
        if start == token.i or not any(
            doc[index].pos_ == "PROPN" for index in range(start, token.i)
        ):
            continue
        end = token.i + 1
        place = next(
            (
                finding.mention.location_id
                for finding in desk.findings
                if start <= finding.token_start
                and finding.token_end <= end
                and finding.mention.location_id
            ),
            None,
        )
        mention = desk.mention(
            start,
            end,
            "FAC",
            figure="literal",
            location_id=place,
            rule="place_in_its_name" if place else "unresolved_facility",
        )
        desk.keep(mention, "facility", start, end, head=token.i)
