with

source as (

    select
        *,
        rowid as row_position
    from {{ source('staging', 'statement_contents') }}

),

selected as (

    select
        article_id,
        article_version,
        statement_id,
        piece_index,
        piece_kind,
        text,
        char_start,
        char_end,
        row_position

    from source

)

select * from selected
