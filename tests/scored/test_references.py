"""Every id in a mart leads somewhere: to the dimension or the fact whose key it is.

dbt tests on every load the references that an extraction could get wrong; here all of them are followed, also those
that are right as long as the models are. A new column that ends in `_id` must be given its place here.
"""

import re

import duckdb
import pytest

# Column names (the whole name), and the key they refer to.
REFERENCES = {
    r"(\w+_)?article_id": "marts.dim_articles.article_id",
    r"near_duplicate_group_id": "marts.dim_articles.article_id",
    r"source_id": "marts.dim_sources.source_id",
    r"(\w+_)?(actor|party)_id": "marts.dim_actors.actor_id",
    r"article_ids": "marts.dim_articles.article_id",
    r"incident_ids": "marts.fct_incidents.incident_id",
    # A former incident is none any more; among the samples, loaded once, there is none.
    r"(about_|new_|current_)?incident_id": "marts.fct_incidents.incident_id",
    r"location_id": "marts.dim_locations.location_id",
    r"((\w+_)?statement_id|paraphrase_of|utterance_id)": "marts.fct_statements.statement_id",
    r"(\w+_)?statement_group_id": "marts.fct_statements.statement_group_id",
    r"((parent_)?casualty_id|same_victims_as)": "marts.fct_casualties.casualty_id",
    r"(\w+_)?casualty_ids": "marts.fct_casualties.casualty_id",
    r"incident_mention_id": "staging.incident_mentions.incident_mention_id",
    r"correction_ids?": "marts.fct_corrections.correction_id",
    r"incident_type": "marts.dim_incident_types.incident_type",
    r"speech_act": "marts.dim_speech_acts.speech_act",
    r"victim_category": "marts.dim_victim_categories.victim_category",
    r"weapon": "marts.dim_weapons.weapon",
}
# Names from outside, and ids that nothing else bears.
OWN_IDS = (
    r"external_id|geonames_id|rule_id|(\w+_)?voice_id|issue_id|subject_id"
    r"|actor_alias_id|location_alias_id|(about_)?article_incident_id"
    r"|(current_)?(other_)?object_id|territorial_claim_id|incident_change_id|batch_id|run_id"
)
# Keys say so where nothing is known.
NOTHING = "unknown"


def reference(column: str) -> str | None:
    """The key that a column refers to."""
    return next((key for pattern, key in REFERENCES.items() if re.fullmatch(pattern, column)), None)


@pytest.fixture(scope="module")
def columns(warehouse: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Table and name of every column of the marts."""
    return warehouse.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = 'marts'"
        " and database_name = current_database() order by all"
    ).fetchall()


def test_every_id_is_known(columns: list[tuple[str, str]]) -> None:
    ids = {column for _, column in columns if re.search(r"_ids?$", column)}
    assert [i for i in sorted(ids) if not (reference(i) or re.fullmatch(OWN_IDS, i))] == []


def test_every_reference_is_found(
    warehouse: duckdb.DuckDBPyConnection, columns: list[tuple[str, str]]
) -> None:
    lost = []
    for table, column in columns:
        key = reference(column)
        if key and key != f"marts.{table}.{column}":
            parent, parent_column = key.rsplit(".", 1)
            value = f"unnest({column})" if column.endswith("_ids") else column
            (count,) = warehouse.execute(
                f"select count(value) from (select {value} as value from marts.{table})"
                f" anti join {parent} on value = {parent}.{parent_column}"
                f" where value != '{NOTHING}'"
            ).fetchone()
            lost += [(table, column, key, count)] if count else []
    assert lost == []


@pytest.mark.parametrize(
    ("view", "table", "key"),
    [("claims", "fct_casualties", "casualty_id"), ("statements", "fct_statements", "statement_id")],
)
def test_every_row_shows_its_sentence(
    warehouse: duckdb.DuckDBPyConnection, view: str, table: str, key: str
) -> None:
    [(rows, other)] = warehouse.execute(f"""
        select
            count(*),
            count(*) filter (
                where shown.sentence is distinct from substring(
                    articles.body, sentences.char_start + 1, sentences.char_end - sentences.char_start
                )
            )
        from {view} as shown
        inner join marts.{table} as facts on shown.{key} = facts.{key}
        left join staging.sentences as sentences
            on
                facts.article_id = sentences.article_id
                and facts.article_version = sentences.article_version
                and facts.sentence_index = sentences.sentence_index
        inner join marts.dim_articles as articles
            on
                facts.article_id = articles.article_id
                and facts.article_version = articles.article_version
    """).fetchall()
    assert rows > 50
    assert other == 0
