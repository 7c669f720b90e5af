with

corrections as (

    select * from {{ ref('int_incident_corrections') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

sides as (

    select
        incident_id,
        'perpetrator' as side,
        edits['perpetrator_actor_id'] as actor_id
    from corrections
    where map_contains(edits, 'perpetrator_actor_id')

    union all

    select
        incident_id,
        'target' as side,
        edits['target_actor_id'] as actor_id
    from corrections
    where map_contains(edits, 'target_actor_id')

)

select
    sides.incident_id,
    sides.side,
    sides.side as role,
    sides.actor_id,
    actors.party_id,
    actors.name as participant_name,
    'stated' as basis,
    'pos' as polarity,
    1::bigint as preference
from sides
left join actors on sides.actor_id = actors.actor_id
