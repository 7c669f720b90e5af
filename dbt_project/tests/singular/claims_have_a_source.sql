{{ config(meta={'dagster': {'ref': {'name': 'fct_casualties'}}}) }}

-- Invariant (e): a claim comes from a statement, or is the article's own; else a person has named its source.
select casualty_id
from {{ ref('fct_casualties') }}
where statement_id is null and attribution_kind != 'journalist' and correction_id is null
