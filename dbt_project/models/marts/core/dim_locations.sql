with

locations as (

    select * from {{ ref('int_locations') }}

)

select
    location_id,
    name,
    feature,
    country_iso3,
    admin1,
    admin2,
    latitude,
    longitude,
    geonames_id,
    population
from locations
