with

source as (

    select
        *,
        rowid as row_position
    from {{ source('staging', 'statement_acts') }}

),

selected as (

    select
        article_id,
        article_version,
        statement_id,
        act_index,
        speech_act,
        polarity,
        modality,
        addressee_actor_id,
        target_actor_id,
        act_text,
        act_start,
        act_end,
        condition_text,
        condition_start,
        condition_end,
        plover_event,
        plover_mode,
        cameo,
        row_position

    from source

)

select * from selected
