with

referred as (

    select * from {{ ref('stg_locations') }}

),

listed as (

    select * from {{ ref('locations') }}

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

)

select * exclude (priority)
from unioned
qualify row_number() over (partition by location_id order by priority) = 1
