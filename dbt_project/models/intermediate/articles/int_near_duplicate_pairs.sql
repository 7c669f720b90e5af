{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated_pairs(ref('int_article_texts'), 'article_id', 'article') }}"
    )
}}

-- depends_on: {{ ref('int_article_texts') }}
with

texts as (

    select * from {{ ref('int_article_texts') }}

),

new_texts as (

    -- A text that was compared stands in a pair with itself.
    select *
    from texts
    {% if is_incremental() %}
        where not exists (
            select 1
            from {{ this }} as built
            where built.article_a = texts.article_id and built.article_b = texts.article_id
        )
    {% endif %}

),

keys as (

    select
        article_id,
        published_at,
        unnest(block_keys) as block_key
    from texts
    where is_compared

),

new_keys as (

    select keys.*
    from keys
    inner join new_texts on keys.article_id = new_texts.article_id

),

blocked_pairs as (

    select distinct
        least(new_keys.article_id, keys.article_id) as article_a,
        greatest(new_keys.article_id, keys.article_id) as article_b
    from new_keys
    inner join keys
        on
            new_keys.block_key = keys.block_key
            and new_keys.article_id != keys.article_id
    where
        -- Wire copies appear within days; a serial that repeats its own wording for weeks is not a copy.
        coalesce(
            abs(date_diff('hour', new_keys.published_at, keys.published_at)) <= 96, true
        )

),

similar_pairs as (

    select
        blocked_pairs.article_a,
        blocked_pairs.article_b,
        texts_a.fingerprint as fingerprint_a,
        texts_b.fingerprint as fingerprint_b
    from blocked_pairs
    inner join texts as texts_a on blocked_pairs.article_a = texts_a.article_id
    inner join texts as texts_b on blocked_pairs.article_b = texts_b.article_id
    where
        len(list_intersect(texts_a.sketch, texts_b.sketch))
        >= 0.5 * least(len(texts_a.sketch), len(texts_b.sketch))

)

select * from similar_pairs

union all

select
    article_id as article_a,
    article_id as article_b,
    fingerprint as fingerprint_a,
    fingerprint as fingerprint_b
from new_texts
