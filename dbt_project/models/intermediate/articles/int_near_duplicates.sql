with recursive

articles as (

    select * from {{ ref('int_articles') }}

),

texts as (

    select * from {{ ref('int_article_texts') }}

),

similar_pairs as (

    select * from {{ ref('int_near_duplicate_pairs') }}
    where article_a != article_b

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
    from texts
    where article_id != first_copy_id

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

nodes as (

    select distinct node_a as node
    from edges

),

{{ connected_components('nodes', 'edges') }},

first_versions as (

    select
        article_id,
        source_id,
        reading_order
    from articles
    where supersedes_version is null

),

first_copies as (

    -- The outlet that had the text first speaks for the group where it speaks in its own voice.
    select
        components.component,
        arg_min(first_versions.source_id, first_versions.reading_order) as source_id
    from components
    inner join first_versions on components.node = first_versions.article_id
    group by components.component

)

select
    first_versions.article_id,
    coalesce(components.component, first_versions.article_id) as near_duplicate_group_id,
    coalesce(first_copies.source_id, first_versions.source_id) as first_source_id
from first_versions
left join components on first_versions.article_id = components.node
left join first_copies on components.component = first_copies.component
