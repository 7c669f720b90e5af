{{ config(meta={'dagster': {'ref': {'name': 'fct_casualty_estimates'}}}) }}

-- Invariant (b): low <= best <= high, wherever an estimate is shown.
select incident_id as subject_id
from {{ ref('fct_casualty_estimates') }}
where not coalesce(low <= best and best <= high, false)

union all

select article_id as subject_id
from {{ ref('rpt_article_casualties') }}
where not coalesce(low <= best and best <= high, false)

union all

select incident_id as subject_id
from {{ ref('rpt_toll_timeline') }}
where not coalesce(low <= best and best <= high, false)
