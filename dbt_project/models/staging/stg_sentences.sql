with

source as (

    select
        *,
        rowid as row_position
    from {{ source('staging', 'sentences') }}

),

selected as (

    select
        article_id,
        article_version,
        sentence_index,
        char_start,
        char_end,
        section,
        paragraph_index,
        row_position

    from source

)

select * from selected
