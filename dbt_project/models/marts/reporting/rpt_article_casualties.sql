with

estimates as (

    select * from {{ ref('int_article_estimates') }}

),

articles as (

    select * from {{ ref('stg_articles') }}

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
