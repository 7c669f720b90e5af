with

aliases as (

    select * from {{ ref('location_aliases') }}

),

locations as (

    select * from {{ ref('int_locations') }}

),

unioned as (

    select
        alias,
        location_id
    from aliases

    union

    select
        name as alias,
        location_id
    from locations

)

select
    {{ stable_id(["'alias'", 'location_id', 'alias']) }} as location_alias_id,
    alias,
    location_id
from unioned
