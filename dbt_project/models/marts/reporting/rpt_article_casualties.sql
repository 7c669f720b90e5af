{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_changed(ref('int_article_fingerprints'), ['article_id', 'article_version']) }}"
    )
}}

-- depends_on: {{ ref('int_article_fingerprints') }}
with

new_articles as (

    {{ unbuilt(ref('int_article_fingerprints'), ['article_id', 'article_version']) }}

),

estimates as{{ read_first() }} (

    select * from {{ rows_of(ref('int_article_estimates'), 'fingerprint', 'new_articles') }}

),

articles as{{ read_first() }} (

    select * from {{ rows_of_view(ref('stg_articles'), 'article_id', 'new_articles') }}

)

select
    estimates.article_id,
    estimates.article_version,
    articles.external_id,
    estimates.harm_type,
    sum(estimates.low)::integer as low,
    sum(estimates.best)::integer as best,
    sum(estimates.high)::integer as high,
    bool_or(estimates.is_high_open) as is_high_open,
    count(*)::integer as incident_count
from estimates
inner join articles
    on
        estimates.article_id = articles.article_id
        and estimates.article_version = articles.article_version
group by
    estimates.article_id, estimates.article_version, articles.external_id, estimates.harm_type
