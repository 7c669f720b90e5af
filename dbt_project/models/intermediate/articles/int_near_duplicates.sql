with recursive

articles as (

    select * from {{ ref('int_articles') }}

),

sketches as (

    select * from {{ ref('int_article_sketches') }}

),

texts as (

    -- One version speaks for its article: the current one, or the last of a withdrawn article.
    select
        articles.article_id,
        articles.published_at,
        sketches.words_hash,
        sketches.sketch
    from articles
    inner join sketches
        on
            articles.article_id = sketches.article_id
            and articles.article_version = sketches.article_version
    qualify row_number() over (
        partition by articles.article_id
        order by articles.is_current desc, articles.article_version desc
    ) = 1

),

exact_copies as (

    select
        *,
        min(article_id) over (partition by words_hash) as first_copy_id
    from texts

),

hashes as (

    -- Identical texts are compared through one of them. Very short texts are alike by chance.
    select
        article_id,
        published_at,
        len(sketch) as sketch_size,
        unnest(sketch) as shingle
    from exact_copies
    where article_id = first_copy_id and len(sketch) >= 20

),

telling_hashes as (

    select *
    from hashes
    qualify count(*) over (partition by shingle) <= 200

),

similar_pairs as (

    -- Wire copies appear within days; a serial that repeats its own wording for weeks is not a copy.
    select
        hashes_a.article_id as article_a,
        hashes_b.article_id as article_b
    from telling_hashes as hashes_a
    inner join telling_hashes as hashes_b
        on
            hashes_a.shingle = hashes_b.shingle
            and hashes_a.article_id < hashes_b.article_id
    where
        coalesce(
            abs(date_diff('hour', hashes_a.published_at, hashes_b.published_at)) <= 96, true
        )
    group by hashes_a.article_id, hashes_b.article_id
    having count(*) >= 0.5 * least(max(hashes_a.sketch_size), max(hashes_b.sketch_size))

),

pairs as (

    select
        article_a,
        article_b
    from similar_pairs

    union all

    select
        first_copy_id as article_a,
        article_id as article_b
    from exact_copies
    where article_id != first_copy_id

),

nodes as (

    select article_id as node
    from texts

),

edges as (

    select
        article_a as node_a,
        article_b as node_b
    from pairs

    union all

    select
        article_b as node_a,
        article_a as node_b
    from pairs

),

{{ connected_components('nodes', 'edges') }},

groups as (

    select
        node as article_id,
        component as near_duplicate_group_id
    from components

)

select
    groups.article_id,
    groups.near_duplicate_group_id,
    -- The outlet that had the text first speaks for the group where it speaks in its own voice.
    arg_min(articles.source_id, articles.reading_order) over (
        partition by groups.near_duplicate_group_id
    ) as first_source_id
from groups
inner join articles on groups.article_id = articles.article_id
qualify row_number() over (
    partition by groups.article_id order by articles.article_version
) = 1
