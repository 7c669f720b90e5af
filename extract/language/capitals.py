"""Capitals that are not named: "the Afghan capital", "Kenya's capital", "the capital" of the state an article is about.

Here belongs only that; names of places belong in `places.py`.
"""

from __future__ import annotations

from extract.language.mentions import Desk
from extract.language.parse import Token

_OTHER_CAPITALS = frozenset(
    """provincial regional state district county territorial commercial economic financial cultural former ancient
    venture human social political old administrative governorate departmental oblast""".split()
)
_DETERMINERS = frozenset({"the", "its", "their"})
_SETTLEMENTS = frozenset({"city"})


def add_capitals(desk: Desk) -> None:
    """Keep capitals that stand without their name; one whose name stands beside it is found by that name."""
    for token in desk.doc:
        if token.lower_ != "capital" or token.pos_ != "NOUN" or _is_named(token):
            continue
        state = _state_of(desk, token)
        place = desk.knowledge.gazetteer.capital_of(state) if state else None
        if place is None:
            continue
        mention = desk.mention(
            token.i,
            token.i + 1,
            "GPE",
            form="nominal",
            figure="literal",
            location_id=place,
            rule="capital_of_country",
        )
        desk.keep(mention, "place", token.i, token.i + 1, head=token.i)


def _is_named(token: Token) -> bool:
    """Tell whether its name follows or precedes it, or the noun is only part of another: "capital gains"."""
    doc = token.doc
    after = token.i + 1
    if after < len(doc) and doc[after].lower_ in _SETTLEMENTS:
        after += 1
    elif after < len(doc) and doc[after].pos_ in ("NOUN", "PROPN"):
        return True
    rest = doc[after : after + 2]
    if len(rest) and (rest[0].lower_ == "of" or rest[0].pos_ == "PROPN"):
        return True
    if len(rest) == 2 and rest[0].text in (",", "(") and rest[1].ent_type_ == "LOC":
        return True
    before = token.i - 1
    while before > token.sent.start and doc[before].text != ",":
        if token.i - before > 4:
            return False
        before -= 1
    return doc[before].text == "," and doc[before - 1].ent_type_ == "LOC"


def _state_of(desk: Desk, token: Token) -> str | None:
    """Return the state (ISO3) whose capital is meant, None where it is not a state's or nobody knows which."""
    doc, index = token.doc, token.i - 1
    if index < token.sent.start or doc[index].lower_ in _OTHER_CAPITALS:
        return None
    owner_end = index if doc[index].tag_ == "POS" else index + 1
    for finding in desk.findings:
        if finding.token_end == owner_end and finding.kind in ("country", "demonym", "place"):
            mention = finding.mention
            if mention.location_id is not None and finding.kind != "demonym":
                location = desk.knowledge.location(mention.location_id)
                is_country = location is not None and location.feature == "country"
                return location.country_iso3 if location and is_country else None
            return mention.actor_id
    if doc[index].lower_ not in _DETERMINERS or not desk.states:
        return None
    return desk.states.most_common(1)[0][0]
