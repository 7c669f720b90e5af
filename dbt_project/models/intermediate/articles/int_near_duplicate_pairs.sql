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
            where built.article_a = texts.article_id and built.article_a = built.article_b
        )
    {% endif %}

),

sketches as not materialized (

    -- Each use reads only the rows and columns it needs of the whole table.
    select
        texts.article_id,
        texts.published_at,
        texts.fingerprint,
        sketches.sketch,
        sketches.block_keys
    from texts
    inner join {{ ref('int_article_sketches') }} as sketches
        on
            texts.article_id = sketches.article_id
            and texts.article_version = sketches.article_version
    where texts.is_compared

),

keys as (

    select
        article_id,
        published_at,
        unnest(block_keys) as block_key
    from sketches

),

new_keys as (

    select
        article_id,
        published_at,
        unnest(block_keys) as block_key
    from sketches
    where article_id in (select new_texts.article_id from new_texts)

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

blocked_sketches as (

    select * from sketches
    where
        article_id in (
            select blocked_pairs.article_a from blocked_pairs

            union

            select blocked_pairs.article_b from blocked_pairs
        )

),

similar_pairs as (

    select
        blocked_pairs.article_a,
        blocked_pairs.article_b,
        a.fingerprint as fingerprint_a,
        b.fingerprint as fingerprint_b
    from blocked_pairs
    inner join blocked_sketches as a on blocked_pairs.article_a = a.article_id
    inner join blocked_sketches as b on blocked_pairs.article_b = b.article_id
    where len(list_intersect(a.sketch, b.sketch)) >= 0.5 * least(len(a.sketch), len(b.sketch))

)

select * from similar_pairs

union all

select
    article_id as article_a,
    article_id as article_b,
    fingerprint as fingerprint_a,
    fingerprint as fingerprint_b
from new_texts
