"""The data tests of the dbt project bite: each kind of them fails when what it watches over is broken.

A test that cannot fail proves nothing. A warehouse is built and all its tests pass; then its tables are broken, each in
one way, and exactly the tests that watch over them fail.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

# What is broken, and the tests that must notice it, by the beginning of their names.
BREAKS: dict[str, tuple[str, ...]] = {
    # (a) A span that is off by one.
    "update marts.fct_casualties set claim_start = claim_start + 1, claim_end = claim_end + 1"
    " where article_id = 'plain'": ("span_matches_text_fct_casualties",),
    "update marts.fct_statement_acts set act_text = act_text || ' too' where article_id = 'plain'": (
        "span_matches_text_fct_statement_acts",
    ),
    "update staging.incident_mentions set trigger_end = trigger_end - 1 where article_id = 'plain'": (
        "source_span_matches_text_staging_incident_mentions",
    ),
    # (b) A lowest figure above the best one.
    "update marts.rpt_toll_timeline set low = high + 1": ("estimates_are_ordered",),
    # (c) and (d) An estimate of a cumulative toll; one that lists no claims.
    "update marts.fct_casualty_estimates set casualty_ids = (select list(casualty_id)"
    " from marts.fct_casualties where count_scope = 'cumulative') where rule = 'ucdp'": (
        "cumulative_and_subset_claims_are_never_summed",
        "estimates_list_their_claims",
    ),
    # (e) A claim that somebody makes nowhere.
    "update marts.fct_casualties set statement_id = null where attribution_kind = 'anonymous'": (
        "claims_have_a_source",
    ),
    # (j) An article that yields nothing and is not listed.
    "delete from marts.rpt_data_quality where issue_type = 'nothing_found'": (
        "articles_that_yield_nothing_are_listed",
    ),
    # (k) A column more than the shape has.
    "alter table exports.acled add column mood varchar": ("columns_in_order_acled",),
    # Keys, ranges, references and codes.
    "insert into marts.dim_weapons from marts.dim_weapons limit 1": ("primary_key_dim_weapons",),
    "insert into marts.dim_articles from marts.dim_articles limit 1": (
        "unique_combination_dim_articles",
    ),
    "update marts.bridge_incident_mentions set incident_mention_id = null": (
        "primary_key_bridge_incident_mentions",
    ),
    "update marts.fct_incidents set confidence = 7": ("accepted_range_fct_incidents",),
    "update marts.bridge_statement_incidents set incident_id = 'none'": (
        "relationships_bridge_statement_incidents",
    ),
    "update staging.sentences set char_end = char_start where article_id = 'plain'": (
        "source_expression_is_true_staging_sentences",
    ),
    # Two reports that a veto keeps apart, in one incident.
    "update intermediate.int_incident_clusters set incident_id = 'one'": (
        "incidents_keep_vetoed_reports_apart",
    ),
}


def failing_tests(builder: Any) -> set[str]:
    """The names of the data tests that fail, warnings left out."""
    try:
        builder.dbt("test", "--exclude-resource-type", "unit_test")
    except AssertionError as error:
        return set(re.findall(r"^\s*(\w+): fail", str(error), flags=re.MULTILINE))
    return set()


@pytest.fixture(scope="module")
def ledger(builder: Any, module_newsroom: Any) -> Any:
    """A warehouse with a plain incident, one far away on the same day, and an article that yields nothing."""
    for name, place in (("plain", "L_PORT"), ("far", "L_MILL")):
        story = module_newsroom.story(name, published="2026-03-02")
        mention = story.incident("the attack", at=place)
        story.claim(mention, 4, by="AZE_MOD")
        story.claim(mention, 3, unnamed="witnesses")
        story.claim(mention, 900, by="AZE_MOD", scope="cumulative")
        story.statement("ARM_MFA", act="DENY", about="the attack", plover=("REJECT", None))
    module_newsroom.story("nothing", published="2026-03-02")
    builder.start(module_newsroom)
    builder.dbt("run")
    return builder


def test_every_break_is_noticed_by_its_tests(ledger: Any) -> None:
    with ledger.set_aside():
        assert failing_tests(ledger) == set()
        for statement in BREAKS:
            (table,) = re.findall(r"(?:update|into|from|table) (\w+\.\w+)", statement)[:1]
            # A copy has no constraints, which would refuse most of what is tried here.
            ledger.execute(f"create or replace table {table} as from {table}")
        for statement in BREAKS:
            ledger.execute(statement)
        failing = failing_tests(ledger)
    watching = tuple(name for names in BREAKS.values() for name in names)
    assert {name for name in watching if not any(f.startswith(name) for f in failing)} == set()
    assert {name for name in failing if not name.startswith(watching)} == set()


def test_a_build_tests_what_is_new(ledger: Any) -> None:
    watched = {
        "fct_casualties": "span_matches_text_fct_casualties",
        "source:staging.incident_mentions": "source_span_matches_text_staging_incident_mentions",
    }
    with ledger.set_aside():
        for statement in list(BREAKS)[:3:2]:
            ledger.execute(statement)
        ledger.execute("update staging.article_extractions set is_proven = true")
        ledger.dbt("build", "--resource-type", "test", "--select", *watched)
        ledger.execute("update staging.article_extractions set is_proven = article_id != 'plain'")
        ledger.execute(
            "update intermediate.int_article_incident_fingerprints set is_changed = true"
            " where article_id = 'plain'"
        )
        for table, test in watched.items():
            with pytest.raises(AssertionError, match=test):
                ledger.dbt("build", "--resource-type", "test", "--select", table)
