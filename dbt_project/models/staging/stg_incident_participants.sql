with

source as (

    select
        *,
        rowid as row_position
    from {{ source('staging', 'incident_participants') }}

),

selected as (

    select
        article_id,
        article_version,
        incident_mention_id,
        role,
        mention_id,
        actor_id,
        polarity,
        basis,
        participant_text,
        participant_start,
        participant_end,
        asserted_by_statement_id,
        row_position

    from source

)

select * from selected
