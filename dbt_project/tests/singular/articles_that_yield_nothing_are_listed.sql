{{ config(meta={'dagster': {'ref': {'name': 'rpt_data_quality'}}}) }}

-- Invariant (j): a current article without any statement, incident or casualty is listed, with the reason.
with

articles as (

    select * from {{ made_anew(ref('dim_articles'), ref('int_article_fingerprints'), 'article_id') }}
    where is_current

),

issues as (

    select * from {{ ref('rpt_data_quality') }}
    where issue_type in ('not_extracted', 'extraction_error', 'nothing_found')

),

yields as (

    select
        article_id,
        article_version
    from {{ rows_of_view(ref('stg_statement_mentions'), 'article_id', 'articles') }}

    union

    select
        article_id,
        article_version
    from {{ rows_of_view(ref('stg_incident_mentions'), 'article_id', 'articles') }}

    union

    select
        article_id,
        article_version
    from {{ rows_of_view(ref('stg_casualty_mentions'), 'article_id', 'articles') }}

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
