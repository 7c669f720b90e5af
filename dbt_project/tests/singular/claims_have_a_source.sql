{{ config(meta={'dagster': {'ref': {'name': 'fct_casualties'}}}) }}

-- Invariant (e): a claim comes from a statement, or is the article's own, or its source has no name;
-- else a person has named it.
select casualty_id
from {{ ref('fct_casualties') }}
where statement_id is null and attribution_kind not in ('journalist', 'anonymous') and correction_id is null
