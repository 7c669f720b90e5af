with

actors as (

    select * from {{ ref('int_actors') }}

),

claims as (

    select * from {{ ref('territorial_claims') }}

),

disputed_states as (

    select distinct actor_id
    from claims
    where relation = 'claims_statehood'

)

select
    actors.actor_id,
    actors.name,
    actors.actor_kind,
    actors.party_id,
    actors.parent_actor_id,
    actors.country_iso3,
    actors.gwno,
    actors.acled_inter,
    actors.plover_country,
    actors.plover_sector,
    actors.valid_from,
    actors.valid_to,
    disputed_states.actor_id is not null as is_statehood_disputed
from actors
left join disputed_states on actors.actor_id = disputed_states.actor_id
