with

source as (

    select * from {{ source('raw', 'corrections') }}

),

selected as (

    select
        correction_id,
        source,
        line_number,
        object_type,
        object_id,
        decision,
        column_name,
        new_value,
        reason,
        reviewer,
        try_cast(corrected_at as timestamptz) as corrected_at,
        article_id,
        try_cast(article_version as integer) as article_version,
        try_cast(char_start as integer) as char_start,
        try_cast(char_end as integer) as char_end,
        anchor_text,
        anchor_kind,
        sentence_text,
        other_object_id,
        other_article_id,
        try_cast(other_article_version as integer) as other_article_version,
        try_cast(other_char_start as integer) as other_char_start,
        try_cast(other_char_end as integer) as other_char_end,
        other_anchor_text,
        other_anchor_kind,
        other_sentence_text,
        error

    from source

)

select * from selected
