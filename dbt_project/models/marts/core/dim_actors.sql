with

actors as (

    select * from {{ ref('int_actors') }}

)

select
    actor_id,
    name,
    actor_kind,
    party_id,
    parent_actor_id,
    country_iso3,
    gwno,
    acled_inter,
    plover_country,
    plover_sector,
    valid_from,
    valid_to
from actors
