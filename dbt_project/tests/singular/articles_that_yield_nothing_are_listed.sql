{{ config(meta={'dagster': {'ref': {'name': 'rpt_data_quality'}}}) }}

-- Invariant (j): a current article without any statement, incident or casualty is listed, with the reason.
with

articles as (

    select articles.*
    from {{ ref('dim_articles') }} as articles
    where
        articles.is_current
        and {{ is_made_anew('articles', ref('int_article_fingerprints'), ['article_id', 'article_version']) }}

),

issues as (

    select * from {{ ref('rpt_data_quality') }}
    where issue_type in ('not_extracted', 'extraction_error', 'nothing_found')

),

yields as (

    select
        article_id,
        article_version
    from {{ ref('stg_statement_mentions') }}
    where article_id in (select articles.article_id from articles)

    union

    select
        article_id,
        article_version
    from {{ ref('stg_incident_mentions') }}
    where article_id in (select articles.article_id from articles)

    union

    select
        article_id,
        article_version
    from {{ ref('stg_casualty_mentions') }}
    where article_id in (select articles.article_id from articles)

)

select articles.article_id
from articles
left join yields
    on
        articles.article_id = yields.article_id
        and articles.article_version = yields.article_version
left join issues
    on
        articles.article_id = issues.article_id
        and articles.article_version = issues.article_version
where yields.article_id is null and issues.issue_id is null
