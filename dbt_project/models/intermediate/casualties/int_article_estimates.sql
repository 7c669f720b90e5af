with

claims as (

    select
        *,
        coalesce(article_incident_id, '') as article_incident_key
    from {{ ref('int_voiced_claims') }}
    where is_summable

),

{{ casualty_voices('claims', ['article_id', 'article_version', 'article_incident_key']) }},

{{ casualty_estimates('voices', ['article_id', 'article_version', 'article_incident_key']) }}

select
    article_id,
    article_version,
    nullif(article_incident_key, '') as article_incident_id,
    harm_type,
    low,
    best,
    high,
    is_high_open,
    casualty_ids
from estimates
where rule = 'default'
