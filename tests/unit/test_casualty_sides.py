"""The victim category of losses that do not say of whom: from the force that bears them, or the group beside them."""

from __future__ import annotations

from functools import cache

import pytest

from extract.article import build_article
from extract.pipeline import Pipeline, load_pipeline


@cache
def pipeline() -> Pipeline:
    return load_pipeline()


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        ("The army suffered 12 casualties near Goma.", ["military"]),
        ("Rebels inflicted 55 casualties on the police near Goma.", ["police"]),
        (
            "Rebels clashed with troops, killing three and wounding four soldiers.",
            ["military", "military"],
        ),
        (
            "Officials said 220 rebels were killed and 196 wounded.",
            ["nonstate_combatant", "nonstate_combatant"],
        ),
        ("A bomb killed a policeman and wounded 20 in Goma.", ["police", "unknown"]),
        ("A bomb left 12 dead in Goma.", ["unknown"]),
    ],
)
def test_unnamed_losses_are_those_of_their_bearer(text: str, categories: list[str]) -> None:
    found = pipeline().extract(build_article(text)).casualty_mentions
    assert [casualty.victim_category for casualty in found] == categories
