with

articles as (

    select * from {{ ref('int_articles') }}

),

near_duplicates as (

    select * from {{ ref('int_near_duplicates') }}

)

select
    articles.article_id,
    articles.article_version,
    articles.is_current,
    hash(articles, near_duplicates.group_fingerprint, near_duplicates.first_source_id)
        as fingerprint
from articles
inner join near_duplicates on articles.article_id = near_duplicates.article_id
