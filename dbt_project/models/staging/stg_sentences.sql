with

source as (

    select * from {{ source('staging', 'sentences') }}

),

selected as (

    select
        article_id,
        article_version,
        sentence_index,
        char_start,
        char_end,
        section,
        paragraph_index

    from source

)

select * from selected
