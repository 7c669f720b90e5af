with

source as (

    select * from {{ source('staging', 'locations') }}

),

selected as (

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

    from source

)

select * from selected
