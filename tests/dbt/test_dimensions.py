"""The dimensions of actors and places: codes that roll up, names with marks, disputes with all sides.

What the rows in `seeds/` must hold is tested in `tests/unit/test_reference.py`.
"""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="module")
def built(builder: Any, module_newsroom: Any) -> Any:
    """The dimensions of a warehouse without articles, their own tests passed."""
    builder.start(module_newsroom)
    selected = "dim_actors dim_locations dim_actor_aliases dim_location_aliases".split()
    builder.dbt(
        *("build", "--indirect-selection", "cautious", "--select"),
        *(f"+{model}" for model in (*selected, "bridge_territorial_claims")),
    )
    return builder


def test_a_body_has_the_number_of_the_state_that_it_fights_for(built: Any) -> None:
    rows = built.rows(
        "select actor_id, gwno from marts.dim_actors where actor_id in"
        " ('ISR', 'IDF', 'ISR_MOD', 'HAMAS', 'SDN_REB', 'NK') order by all"
    )
    assert rows == [
        ("HAMAS", None),
        ("IDF", 666),
        ("ISR", 666),
        ("ISR_MOD", 666),
        ("NK", None),
        ("SDN_REB", None),
    ]


def test_a_name_of_two_actors_at_one_time_is_marked(built: Any) -> None:
    rows = built.rows(
        "select alias, actor_id, is_ambiguous from marts.dim_actor_aliases"
        " where alias in ('RSF', 'Janjaweed', 'Boko Haram') order by all"
    )
    assert rows == [
        ("Boko Haram", "BOKO_HARAM", False),
        ("Janjaweed", "JANJAWEED", False),
        ("Janjaweed", "RSF_SUDAN", False),
        ("RSF", "RSF_PRESS", True),
        ("RSF", "RSF_SUDAN", True),
    ]


def test_a_dispute_is_marked_while_it_lasts(built: Any) -> None:
    rows = dict(
        built.rows(
            "select location_id, is_disputed from marts.dim_locations where location_id in"
            " ('L_GOLAN', 'L_GAZA_STRIP', 'L_NAGORNO_KARABAKH', 'L_KURDISTAN_IRQ', 'C_TWN', 'C_FRA')"
        )
    )
    assert rows == {
        "L_GOLAN": True,
        "L_GAZA_STRIP": True,
        "L_NAGORNO_KARABAKH": False,
        "L_KURDISTAN_IRQ": False,
        "C_TWN": True,
        "C_FRA": False,
    }


def test_disputed_states_of_every_kind_are_marked(built: Any) -> None:
    found = {
        actor_id
        for (actor_id,) in built.rows(
            "select actor_id from marts.dim_actors where is_statehood_disputed"
        )
    }
    assert {"XKX", "TWN", "PSE", "POLISARIO", "SOMALILAND", "NK", "ABKHAZIA"} <= found
    assert not {"SRB", "CHN", "KRG", "FRA"} & found


def test_every_state_is_a_place(built: Any) -> None:
    assert built.rows(
        "select count(*) from reference.states"
        " anti join marts.dim_locations on location_id = 'C_' || states.iso3"
    ) == [(0,)]
