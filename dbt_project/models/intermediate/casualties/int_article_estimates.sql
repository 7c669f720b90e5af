{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_article_fingerprints'), ['article_id', 'article_version']) }}"
    )
}}

-- depends_on: {{ ref('int_article_fingerprints') }}
with

new_articles as (

    {{ unbuilt(ref('int_article_fingerprints'), ['article_id', 'article_version']) }}

),

claims as{{ read_first() }} (

    select
        *,
        coalesce(article_incident_id, '') as article_incident_key
    from {{ rows_of(ref('int_voiced_claims'), 'fingerprint', 'new_articles') }}
    where is_summable

),

{{ casualty_voices('claims', ['article_id', 'article_version', 'article_incident_key']) }},

{{ casualty_estimates('voices', ['article_id', 'article_version', 'article_incident_key']) }}

select
    estimates.article_id,
    estimates.article_version,
    nullif(estimates.article_incident_key, '') as article_incident_id,
    estimates.harm_type,
    estimates.low,
    estimates.best,
    estimates.high,
    estimates.is_high_open,
    estimates.casualty_ids,
    new_articles.fingerprint
from estimates
inner join new_articles using (article_id, article_version)
where estimates.rule = 'default'
