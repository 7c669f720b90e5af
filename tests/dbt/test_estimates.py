"""From claims to estimates, end to end: stories go in, the figures that people read come out.

Every scenario has its own day, so that no two are compared as one incident. Rules of single models are tested beside
the models, as dbt unit tests; here the path from a claim in a text to fct_casualty_estimates is tested.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def ledger(builder: Any, module_newsroom: Any) -> Any:
    """The warehouse with all scenarios, built once, all data tests included."""
    for tell in SCENARIOS:
        tell(module_newsroom)
    builder.start(module_newsroom)
    builder.dbt("build", "--exclude-resource-type", "seed", "unit_test")
    return builder


def tell_group_sum(newsroom: Any) -> None:
    """One party counts two groups in one sentence."""
    story = newsroom.story("sum", published="2026-01-02")
    mention = story.incident("sum", on="2026-01-01")
    story.claim(mention, 4, by="AZE_MOI", group="police", interest="own_losses")
    story.claim(
        mention, 2, by="AZE_MOI", group="civilian", interest="own_losses", same_sentence=True
    )


def tell_disputed(newsroom: Any) -> None:
    """One side counts six, the other three, the first then at least seven with a subset."""
    first = newsroom.story("disputed-1", publisher="Gazette", published="2026-01-06")
    mention = first.incident("blast", on="2026-01-05")
    first.claim(mention, 4, by="AZE_MOI", group="police", interest="own_losses")
    first.claim(
        mention, 2, by="AZE_MOI", group="civilian", interest="own_losses", same_sentence=True
    )
    second = newsroom.story("disputed-2", publisher="Courier", published="2026-01-07")
    mention = second.incident("attack", on="2026-01-05")
    second.claim(mention, 3, by="ARM_MOD", group="military", interest="enemy_losses")
    third = newsroom.story("disputed-3", publisher="Herald", published="2026-01-08")
    mention = third.incident("bombing", on="2026-01-05")
    total = third.claim(
        mention, 7, by="AZE_GOV", kind="at_least", most=None, total=True, interest="own_losses"
    )
    third.claim(mention, 3, by="AZE_GOV", group="civilian", interest="own_losses", parent=total)


def tell_neutral(newsroom: Any) -> None:
    """The same dispute elsewhere, settled by a neutral body."""
    first = newsroom.story("neutral-1", publisher="Gazette", published="2026-01-11")
    mention = first.incident("blast", on="2026-01-10")
    first.claim(
        mention, 7, by="AZE_GOV", kind="at_least", most=None, total=True, interest="own_losses"
    )
    second = newsroom.story("neutral-2", publisher="Courier", published="2026-01-12")
    mention = second.incident("blast", on="2026-01-10")
    second.claim(mention, 3, by="ARM_MOD", group="military", interest="enemy_losses")
    second.claim(mention, 6, by="UN_TEST", total=True, interest="neutral")


def tell_wire_copies(newsroom: Any) -> None:
    """Three outlets print one text in which one ministry speaks, and one in which only the reporter does."""
    for publisher in ("Gazette", "Courier", "Herald"):
        story = newsroom.story(
            f"wire-{publisher}", publisher=publisher, published="2026-01-16", text="wire"
        )
        mention = story.incident("wire", on="2026-01-15")
        story.claim(mention, 5, by="AZE_MOD", total=True)
        story = newsroom.story(
            f"own-{publisher}", publisher=publisher, published="2026-01-21", text="own"
        )
        mention = story.incident("own voice", on="2026-01-20")
        story.claim(mention, 8, total=True)


def tell_journalist(newsroom: Any) -> None:
    """The reporter counts nine, medics count four; elsewhere a part of the reporter's own total is quoted."""
    story = newsroom.story("journalist", published="2026-01-26")
    mention = story.incident("journalist", on="2026-01-25")
    story.claim(mention, 9, total=True)
    story.claim(mention, 4, unnamed="medics", total=True)
    story = newsroom.story("part", published="2026-01-31")
    mention = story.incident("part", on="2026-01-30")
    story.claim(mention, 9, total=True)
    story.claim(mention, 4, by="AZE_MOD", group="military", interest="own_losses")


def tell_uncounted(newsroom: Any) -> None:
    """Cumulative tolls, repeats, replaced versions and what did not happen never count; nought is a claim."""
    story = newsroom.story("uncounted", published="2026-02-05")
    mention = story.incident("uncounted", on="2026-02-04")
    first = story.claim(mention, 2, by="AZE_MOD", group="military")
    story.claim(mention, 900, by="AZE_MOD", scope="cumulative")
    story.claim(mention, 2, by="AZE_GOV", group="unknown", same_as=first)
    feared = story.incident("feared", on="2026-02-04", realis="hypothetical")
    story.claim(feared, 50, by="AZE_MOD")
    operation = story.incident(
        "operation", kind="military_operation", level="operation", on="2026-02-04"
    )
    story.claim(operation, 70, by="AZE_MOD")
    story = newsroom.story("nobody", published="2026-02-09")
    mention = story.incident("nobody", on="2026-02-08")
    story.claim(mention, 0, by="AZE_MOD", total=True, word="nobody")
    story = newsroom.story("silent", published="2026-02-13")
    story.incident("silent", on="2026-02-12")


def tell_vague(newsroom: Any) -> None:
    """A vague word is open upwards and has a number of its own in ACLED."""
    story = newsroom.story("vague", published="2026-02-17")
    mention = story.incident("vague", on="2026-02-16")
    story.claim(mention, 24, unnamed="witnesses", kind="vague", most=None, word="dozens")


def tell_correction(newsroom: Any) -> None:
    """A party corrects itself downwards; a second version of an article replaces its first."""
    story = newsroom.story("correction-1", published="2026-02-21")
    mention = story.incident("correction", on="2026-02-20")
    story.claim(mention, 12, by="AZE_MOD", total=True)
    story = newsroom.story("correction-2", publisher="Courier", published="2026-02-22")
    mention = story.incident("correction", on="2026-02-20")
    story.claim(mention, 9, by="AZE_MOD", total=True, scope="correction")
    for name, days in (("versions", (25, 25)), ("renewed", (25, 26))):
        for version, (day, count) in enumerate(zip(days, (40, 4), strict=True), start=1):
            story = newsroom.story(name, published=f"2026-02-{day}", version=version)
            mention = story.incident(
                name, on="2026-02-24", at="L_PORT" if name == "versions" else "L_FORD"
            )
            story.claim(mention, count, by="AZE_MOD", total=True)


def tell_groups(newsroom: Any) -> None:
    """One group with and without its side, by two voices; an agency's and its state's count of one group."""
    first = newsroom.story("groups-1", published="2026-01-25")
    mention = first.incident("groups", on="2026-01-24")
    first.claim(mention, 4, by="AZE_MOI", group="police", side="AZE_POL", interest="own_losses")
    first.claim(mention, 4, by="AZE_MOI", group="police", side="AZE_POL", harm="wounded")
    second = newsroom.story("groups-2", publisher="Courier", published="2026-01-26")
    mention = second.incident("groups", on="2026-01-24")
    second.claim(mention, 5, by="AZE_MOI", group="police", side="AZE", harm="wounded")
    second.claim(mention, 5, unnamed="a witness", group="police")
    total = second.claim(mention, 9, unnamed="a doctor", total=True)
    second.claim(mention, 1, unnamed="a doctor", group="journalist", parent=total)


def tell_unlinked(newsroom: Any) -> None:
    """A claim that no mention of an incident goes with counts for its article only."""
    story = newsroom.story("unlinked", published="2026-02-28")
    story.claim(None, 3, by="AZE_MOD", total=True)


def tell_exports(newsroom: Any) -> None:
    """An accused side, a victim's side, and statements about it."""
    story = newsroom.story("export", published="2026-03-05")
    mention = story.incident(
        "export",
        kind="shelling_artillery_missile",
        on="2026-03-04",
        perpetrator="NK",
        basis="alleged",
        target="AZE_CIV",
    )
    total = story.claim(mention, 5, by="AZE_PGO", total=True, interest="own_losses")
    story.claim(mention, 3, by="AZE_PGO", group="civilian", side="AZE_CIV", parent=total)
    story.claim(mention, 2, by="AZE_PGO", group="police", side="AZE_POL", parent=total)
    story.statement(
        "AZE_PGO", act="ACCUSE", target="NK", about="export", plover=("ACCUSE", "allege")
    )
    story.statement("NK", act="DENY", target="NK", about="export", plover=("REJECT", None))
    newsroom.story("nothing", published="2026-03-05").say("The weather was fine.")


SCENARIOS = (
    tell_group_sum,
    tell_disputed,
    tell_neutral,
    tell_wire_copies,
    tell_journalist,
    tell_uncounted,
    tell_vague,
    tell_correction,
    tell_groups,
    tell_unlinked,
    tell_exports,
)


@pytest.mark.parametrize(
    ("article", "rule", "expected"),
    [
        ("sum", "default", (6, 6, 6, False, 1, False)),
        ("disputed-1", "default", (3, 7, 7, True, 2, True)),
        ("disputed-1", "ucdp", (7, 7, 7, True, 2, True)),
        ("disputed-1", "acled_conservative", (3, 3, 3, True, 2, True)),
        ("disputed-1", "min_max", (3, 5, 7, True, 2, True)),
        ("neutral-1", "default", (3, 6, 7, True, 3, True)),
        ("wire-Gazette", "default", (5, 5, 5, False, 1, False)),
        ("own-Gazette", "default", (8, 8, 8, False, 1, False)),
        ("journalist", "default", (4, 4, 4, False, 1, False)),
        ("journalist", "min_max", (4, 6, 9, False, 2, True)),
        ("part", "default", (9, 9, 9, False, 1, False)),
        ("uncounted", "default", (2, 2, 2, False, 1, False)),
        ("nobody", "default", (0, 0, 0, False, 1, False)),
        ("silent", "default", None),
        ("vague", "default", (24, 24, 24, True, 1, False)),
        ("vague", "acled_conservative", (12, 12, 12, True, 1, False)),
        ("correction-1", "default", (9, 9, 9, False, 1, False)),
        ("versions", "default", (4, 4, 4, False, 1, False)),
    ],
)
def test_estimate(ledger: Any, article: str, rule: str, expected: tuple[Any, ...] | None) -> None:
    assert ledger.estimate(article, rule=rule) == expected


def test_incident_shows_the_default_rule_and_null_without_a_claim(ledger: Any) -> None:
    rows = ledger.rows(
        "select killed_low, killed_best, killed_high, is_disputed, article_count, publisher_count"
        " from marts.fct_incidents inner join marts.bridge_incident_mentions using (incident_id)"
        " where article_id in ('disputed-1', 'silent') and level = 'atomic' order by article_id"
    )
    assert rows == [(3, 7, 7, True, 3, 3), (None, None, None, False, 1, 1)]


def test_articles_alone(ledger: Any) -> None:
    rows = ledger.rows(
        "select external_id, article_version, low, best, high from marts.rpt_article_casualties"
        " where article_id in ('disputed-3', 'unlinked', 'uncounted', 'versions', 'silent')"
        " order by all"
    )
    assert rows == [
        ("disputed-3", 1, 7, 7, 7),
        ("uncounted", 1, 2, 2, 2),
        ("unlinked", 1, 3, 3, 3),
        ("versions", 1, 40, 40, 40),
        ("versions", 2, 4, 4, 4),
    ]


def test_every_copy_is_counted_as_an_article_but_not_as_a_voice(ledger: Any) -> None:
    (incident_id,) = ledger.incidents_of("wire-Gazette", "wire-Courier", "wire-Herald")
    assert ledger.rows(
        "select voice_count, article_count, len(casualty_ids) from marts.fct_casualty_estimates"
        f" where incident_id = '{incident_id}' and rule = 'default'"
    ) == [(1, 3, 1)]
    assert ledger.rows(
        "select count(distinct near_duplicate_group_id) from marts.dim_articles"
        " where article_id like 'wire-%'"
    ) == [(1,)]


def test_timeline_tells_how_the_toll_changed(ledger: Any) -> None:
    (incident_id,) = ledger.incidents_of("disputed-1")
    assert ledger.rows(
        "select low, best, high, is_high_open, best_change from marts.rpt_toll_timeline"
        f" where incident_id = '{incident_id}' order by as_of_at"
    ) == [(6, 6, 6, False, None), (3, 6, 6, False, 0), (3, 7, 7, True, 1)]


def test_every_voice_of_a_toll_is_shown_with_its_words(ledger: Any) -> None:
    (incident_id,) = ledger.incidents_of("disputed-1")
    assert ledger.rows(
        "select voice_id, voice_figure, is_voice_open, is_heard, claim_text, quotation, publisher, article_id"
        f" from marts.rpt_toll_voices where incident_id = '{incident_id}' order by all"
    ) == [
        (
            *("party:ARM", 3, False, True, "3 military victims (killed)"),
            *("ARM_MOD: 3 military victims (killed)", "Courier", "disputed-2"),
        ),
        (
            *("party:AZE", 7, True, True, "7 unknown victims (killed)"),
            *("AZE_GOV: 7 unknown victims (killed)", "Herald", "disputed-3"),
        ),
    ]


def test_a_dispute_shows_both_quotations(ledger: Any) -> None:
    (incident_id,) = ledger.incidents_of("disputed-1")
    assert ledger.rows(
        "select lower_voice_id, lower_figure, lower_quotation, lower_publisher, lower_article_id,"
        " higher_voice_id, higher_figure, higher_quotation, higher_publisher, higher_article_id, is_higher_open"
        f" from marts.rpt_disputed_tolls where incident_id = '{incident_id}'"
    ) == [
        (
            *("party:ARM", 3, "ARM_MOD: 3 military victims (killed)", "Courier", "disputed-2"),
            *("party:AZE", 7, "AZE_GOV: 7 unknown victims (killed)", "Herald", "disputed-3", True),
        )
    ]


def test_a_revision_shows_what_the_voice_said_before(ledger: Any) -> None:
    (incident_id,) = ledger.incidents_of("disputed-1")
    assert ledger.rows(
        "select voice_id, revised_at::date::varchar, previous_figure, figure, is_open, change,"
        " previous_claim_text, claim_text, previous_article_id, article_id"
        f" from marts.rpt_toll_revisions where incident_id = '{incident_id}'"
    ) == [
        (
            *("party:AZE", "2026-01-08", 6, 7, True, 1),
            *(
                "4 police victims (killed) | 2 civilian victims (killed)",
                "7 unknown victims (killed)",
            ),
            *("disputed-1", "disputed-3"),
        )
    ]


def test_a_voice_that_corrects_itself_is_a_revision_and_so_is_a_new_version(ledger: Any) -> None:
    assert ledger.rows(
        "select previous_figure, figure, previous_article_id, article_id from marts.rpt_toll_revisions"
        " where article_id in ('correction-2', 'renewed') order by all"
    ) == [(12, 9, "correction-1", "correction-2"), (40, 4, "renewed", "renewed")]


def test_the_queries_of_the_documentation_find_the_dispute(ledger: Any) -> None:
    text = (Path(__file__).parents[2] / "docs" / "tolls.md").read_text(encoding="utf-8")
    known, disputes, revisions = [
        ledger.rows(query) for query in re.findall(r"```sql\n(.*?)```", text, flags=re.DOTALL)
    ]
    assert known == []
    assert any(
        row[1:4] == ("Ministry of Defence of Armenia", 3, "ARM_MOD: 3 military victims (killed)")
        for row in disputes
    )
    assert any(row[3:5] == (6, 7) for row in revisions)


def test_victims_are_estimated_by_side_and_category(ledger: Any) -> None:
    (incident_id,) = ledger.incidents_of("disputed-1")
    assert ledger.rows(
        "select victim_category, victim_side_party_id, low, best, high, is_subset"
        " from marts.fct_casualty_estimates_by_group"
        f" where incident_id = '{incident_id}' and rule = 'default' order by all"
    ) == [
        ("civilian", "unknown", 3, 3, 3, True),
        ("military", "unknown", 3, 3, 3, False),
        ("police", "unknown", 4, 4, 4, False),
        ("unknown", "unknown", 7, 7, 7, False),
    ]


def test_a_group_is_known_by_the_side_that_anybody_names(ledger: Any) -> None:
    (incident_id,) = ledger.incidents_of("groups-1")
    assert ledger.rows(
        "select victim_category, victim_side_party_id, low, best, high, voice_count, is_subset"
        " from marts.fct_casualty_estimates_by_group"
        f" where incident_id = '{incident_id}' and rule = 'default' and harm_type = 'killed' order by all"
    ) == [
        ("journalist", "unknown", 1, 1, 1, 1, True),
        ("police", "AZE", 4, 4, 5, 2, False),
        ("unknown", "unknown", 9, 9, 9, 1, False),
    ]


def test_an_agency_and_its_state_are_one_side(ledger: Any) -> None:
    assert ledger.estimate("groups-1", harm="wounded") == (5, 5, 5, False, 1, False)


def test_claims_of_replaced_versions_are_kept_uncounted(ledger: Any) -> None:
    assert ledger.rows(
        "select count_min, is_counted, is_current_version, incident_id is null"
        " from marts.fct_casualties where article_id = 'versions' order by article_version"
    ) == [(40, False, False, True), (4, True, True, False)]


def test_an_article_that_yields_nothing_is_listed(ledger: Any) -> None:
    assert ledger.rows(
        "select issue_type from marts.rpt_data_quality where article_id = 'nothing'"
    ) == [("nothing_found",)]


def test_statements_find_their_incident(ledger: Any) -> None:
    (incident_id,) = ledger.incidents_of("export")
    assert ledger.rows(
        "select speech_act, about_incident_id, publisher from marts.fct_official_statements"
        " where article_id = 'export' and speech_act in ('ACCUSE', 'DENY') order by speech_act"
    ) == [("ACCUSE", incident_id, "Gazette"), ("DENY", incident_id, "Gazette")]
    assert ledger.rows(
        "select speech_act, speaker_party_id, target_party_id"
        " from marts.rpt_denials_and_accusations where article_id = 'export' order by speech_act"
    ) == [("ACCUSE", "AZE", "NK"), ("DENY", "NK", "NK")]


def test_ucdp_export_splits_the_dead_by_side(ledger: Any) -> None:
    (incident_id,) = ledger.incidents_of("export")
    ((accused,),) = ledger.rows("select name from marts.dim_actors where actor_id = 'NK'")
    assert ledger.rows(
        "select type_of_violence, side_a, side_b, deaths_a, deaths_b, deaths_civilians,"
        " deaths_unknown, low, best, high, where_prec, date_prec, event_clarity, code_status"
        f" from exports.ucdp_ged where relid = '{incident_id}'"
    ) == [
        (
            *(1, "Government of Azerbaijan", accused),
            *(2, 0, 3, 0, 5, 5, 5, 1, 1, 1, "Candidate-machine"),
        )
    ]


def test_ucdp_export_leaves_out_incidents_without_dead(ledger: Any) -> None:
    without_dead = ledger.incidents_of("nobody", "silent")
    exported = {relid for (relid,) in ledger.rows("select relid from exports.ucdp_ged")}
    assert without_dead
    assert exported
    assert not without_dead & exported


def test_acled_export_codes_actors_and_place(ledger: Any) -> None:
    (incident_id,) = ledger.incidents_of("export")
    ((accused,),) = ledger.rows("select name from marts.dim_actors where actor_id = 'NK'")
    assert ledger.rows(
        "select event_date::varchar, event_type, actor1, actor2, inter1, inter2, civilian_targeting,"
        f" geo_precision, fatalities from exports.acled where event_id_cnty like '%{incident_id}'"
    ) == [
        (
            *("2026-03-04", "Explosions/Remote violence", accused),
            *("Civilians (Azerbaijan)", "State forces", "Civilians", "Civilians targeted", 1, 5),
        )
    ]


def test_plover_export_has_verbal_and_material_events(ledger: Any) -> None:
    (incident_id,) = ledger.incidents_of("export")
    assert ledger.rows(
        'select "Event Type", "Event Mode", "Actor Country", "Recipient Country" from exports.plover'
        f""" where "Event ID" = '{incident_id}' or "Event Type" in ('ACCUSE', 'REJECT')"""
        " order by all"
    ) == [
        ("ACCUSE", "allege", "AZE", "AZE"),
        ("ASSAULT", "heavy-weapons", "AZE", "AZE"),
        ("REJECT", None, "AZE", "AZE"),
    ]
