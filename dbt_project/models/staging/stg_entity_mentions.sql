with

source as (

    select
        *,
        rowid as row_position
    from {{ source('staging', 'entity_mentions') }}

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
        resolution_rule,
        row_position

    from source

)

select * from selected
