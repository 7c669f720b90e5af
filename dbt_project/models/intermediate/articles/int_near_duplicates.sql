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

groups as (

    select
        texts.article_id,
        coalesce(components.component, texts.article_id) as near_duplicate_group_id
    from texts
    left join components on texts.article_id = components.node

),

first_versions as (

    select
        article_id,
        source_id,
        reading_order
    from articles
    qualify row_number() over (partition by article_id order by article_version) = 1

)

select
    groups.article_id,
    groups.near_duplicate_group_id,
    -- The outlet that had the text first speaks for the group where it speaks in its own voice.
    arg_min(first_versions.source_id, first_versions.reading_order) over copies as first_source_id
from groups
inner join first_versions on groups.article_id = first_versions.article_id
window copies as (partition by groups.near_duplicate_group_id)
