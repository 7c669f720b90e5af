with

locations as (

    select * from {{ ref('int_locations') }}

),

claims as (

    select * from {{ ref('territorial_claims') }}

),

disputes as (

    -- Today: two parties hold it to be theirs or a state, or somebody governs it who claims nothing.
    select
        location_id,
        count(distinct actor_id) filter (where relation in ('claims_territory', 'claims_statehood'))
        > 1
        or count(distinct actor_id) filter (where relation <> 'recognises')
        > count(distinct actor_id) filter (where starts_with(relation, 'claims_')) as is_disputed
    from claims
    where valid_to is null
    group by location_id

)

select
    locations.location_id,
    locations.name,
    locations.feature,
    locations.country_iso3,
    locations.admin1,
    locations.admin2,
    locations.latitude,
    locations.longitude,
    locations.geonames_id,
    locations.population,
    coalesce(disputes.is_disputed, false) as is_disputed
from locations
left join disputes on locations.location_id = disputes.location_id
