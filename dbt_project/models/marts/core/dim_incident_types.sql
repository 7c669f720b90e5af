with

incident_types as (

    select * from {{ ref('incident_types') }}

)

select
    incident_type,
    name,
    family,
    broader_type,
    description,
    default_level,
    acled_disorder_type,
    acled_event_type,
    acled_sub_event_type,
    plover_event,
    plover_mode,
    is_violent
from incident_types
