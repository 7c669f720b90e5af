{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_plover_events'), ['event_id']) }}"
    )
}}

-- depends_on: {{ ref('int_plover_events') }}
with

new_events as (

    {{ unbuilt(ref('int_plover_events'), ['event_id'], order='date_start') }}

),

events as{{ read_first() }} (

    select *
    from {{ rows_of(ref('int_plover_events'), 'event_id', 'new_events') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

states as (

    select * from {{ ref('states') }}

),

named as (

    select
        event_id,
        'actor' as side,
        1 as place,
        actor_id,
        actor_text,
        actor_title,
        fingerprint
    from events
    where actor_id is not null or actor_text is not null

    union all

    -- Where two sides fight, PLOVER takes both as actors.
    select
        event_id,
        case when is_two_sided then 'actor' else 'recipient' end as side,
        2 as place,
        recipient_id as actor_id,
        recipient_text as actor_text,
        null::varchar as actor_title,
        fingerprint
    from events
    where recipient_id is not null or recipient_text is not null

)

select
    named.event_id,
    named.side,
    named.place,
    named.actor_id,
    coalesce(actors.name, named.actor_text) as name,
    named.actor_text,
    named.actor_title,
    actors.plover_country as country,
    coalesce(actors.gwno, states.gwno) as cow,
    actors.plover_sector as sector,
    named.fingerprint
from named
left join actors on named.actor_id = actors.actor_id
left join states on actors.plover_country = states.iso3
