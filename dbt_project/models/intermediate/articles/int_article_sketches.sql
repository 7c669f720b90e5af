{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('stg_articles'), ['article_id', 'article_version'], 'ingested_at') }}"
    )
}}

-- depends_on: {{ ref('stg_articles') }}
with

new_articles as (

    {{ unbuilt(ref('stg_articles'), ['article_id', 'article_version'], 'ingested_at') }}

),

received as (

    select * from {{ ref('stg_articles') }}
    where article_id in (select new_articles.article_id from new_articles)

),

articles as (

    select
        received.article_id,
        received.article_version,
        received.ingested_at,
        regexp_extract_all(lower(received.body), '[\p{L}\p{N}]+') as words
    from received
    inner join new_articles using (article_id, article_version)

),

shingles as (

    -- Every run of five words.
    select
        article_id,
        article_version,
        unnest(
            list_distinct([
                hash(words[i:i + 4])
                for i in range(1, greatest(len(words) - 3, 2))
            ])
        ) as shingle
    from articles

),

smallest as (

    -- The 64 smallest hashes stand for the text: their overlap estimates the overlap of the texts.
    select
        article_id,
        article_version,
        list(shingle order by shingle)[1:64] as sketch
    from shingles
    group by article_id, article_version

),

sketches as (

    -- Three neighbours in a sketch. Copies share several; what texts of one outlet have in common, such as a
    -- closing line, is seldom next to itself in both sketches.
    select
        *,
        [hash(sketch[i:i + 2]) for i in range(1, len(sketch) - 1)] as block_keys
    from smallest

)

select
    articles.article_id,
    articles.article_version,
    articles.ingested_at,
    hash(articles.words) as words_hash,
    sketches.sketch,
    sketches.block_keys
from articles
left join sketches
    on
        articles.article_id = sketches.article_id
        and articles.article_version = sketches.article_version
