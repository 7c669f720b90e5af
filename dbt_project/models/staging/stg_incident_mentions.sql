with

source as (

    select
        *,
        rowid as row_position
    from {{ source('staging', 'incident_mentions') }}

),

selected as (

    select
        article_id,
        article_version,
        incident_mention_id,
        sentence_index,
        trigger_text,
        trigger_start,
        trigger_end,
        incident_type,
        level,
        realis,
        incident_count_min,
        location_id,
        location_text,
        location_start,
        location_end,
        location_precision,
        date_start,
        date_end,
        date_precision,
        date_rule,
        weapon,
        asserted_by_statement_id,
        article_incident_id,
        link_rule,
        confidence,
        row_position

    from source

)

select * from selected
