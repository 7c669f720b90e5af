with

source as (

    select * from {{ source('staging', 'entity_mentions') }}

),

selected as (

    select
        article_id,
        article_version,
        mention_id,
        sentence_index,
        entity_type,
        text,
        char_start,
        char_end,
        mention_form,
        figure,
        actor_id,
        location_id,
        resolution_rule

    from source

)

select * from selected
