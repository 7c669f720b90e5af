with

source as (

    select * from {{ source('staging', 'time_mentions') }}

),

selected as (

    select
        article_id,
        article_version,
        time_mention_id,
        sentence_index,
        text,
        char_start,
        char_end,
        date_start,
        date_end,
        date_precision,
        anchor,
        rule,
        part_of_day

    from source

)

select * from selected
