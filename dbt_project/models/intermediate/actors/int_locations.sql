with

referred as (

    select * from {{ ref('stg_locations') }}

),

listed as (

    select * from {{ ref('locations') }}

),

states as (

    select * from {{ ref('states') }}

),

unioned as (

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
        population,
        1 as priority
    from listed

    union all

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
        population,
        2 as priority
    from referred

    union all

    select
        'C_' || iso3 as location_id,
        name,
        'country' as feature,
        iso3 as country_iso3,
        null as admin1,
        null as admin2,
        latitude,
        longitude,
        null as geonames_id,
        null as population,
        3 as priority
    from states

)

select * exclude (priority)
from unioned
qualify row_number() over (partition by location_id order by priority) = 1
