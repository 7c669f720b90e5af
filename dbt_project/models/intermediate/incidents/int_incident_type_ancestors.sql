with recursive

incident_types as (

    select * from {{ ref('incident_types') }}

),

ancestors (incident_type, ancestor_type, distance) as (

    select
        incident_type,
        incident_type as ancestor_type,
        0 as distance
    from incident_types

    union

    select
        ancestors.incident_type,
        incident_types.broader_type as ancestor_type,
        ancestors.distance + 1 as distance
    from ancestors
    inner join incident_types on ancestors.ancestor_type = incident_types.incident_type
    where incident_types.broader_type is not null and ancestors.distance < 9

)

select
    incident_type,
    ancestor_type,
    distance,
    max(distance) over (partition by incident_type) as depth
from ancestors
