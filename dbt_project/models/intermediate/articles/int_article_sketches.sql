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

    select * from {{ rows_of_view(ref('stg_articles'), 'article_id', 'new_articles') }}

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

hashed as (

    select
        article_id,
        article_version,
        ingested_at,
        hash(words) as words_hash,
        [hash(word) for word in words] as word_hashes
    from articles

),

sketches as (

    -- Of all runs of five words, the 64 smallest hashes stand for the text: their overlap estimates the
    -- overlap of the texts.
    select
        * exclude (word_hashes),
        list_sort(
            list_distinct({{ word_runs('word_hashes', 5, 'greatest(len(word_hashes) - 4, 1)') }})
        )[1:64] as sketch
    from hashed

)

select
    article_id,
    article_version,
    ingested_at,
    words_hash,
    sketch,
    len(sketch) as sketch_size,
    -- Three neighbours in a sketch. Copies share several; what texts of one outlet have in common, such as a
    -- closing line, is seldom next to itself in both sketches.
    {{ word_runs('sketch', 3, 'len(sketch) - 2') }} as block_keys
from sketches
