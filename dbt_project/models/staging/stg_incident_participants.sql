with

source as (

    select * from {{ source('staging', 'incident_participants') }}

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
        asserted_by_statement_id

    from source

)

select * from selected
