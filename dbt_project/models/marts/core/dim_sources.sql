with

articles as (

    select * from {{ ref('int_articles') }}

)

select
    source_id,
    -- Spellings differ in case only; the one first published names the source.
    arg_min(source_name, reading_order) as name,
    count(distinct article_id)::integer as article_count,
    min(published_at) as first_published_at,
    max(published_at) as last_published_at
from articles
group by source_id
