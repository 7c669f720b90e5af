with

weapons as (

    select * from {{ ref('weapons') }}

)

select
    weapon,
    name,
    weapon_class,
    incident_type,
    description
from weapons
