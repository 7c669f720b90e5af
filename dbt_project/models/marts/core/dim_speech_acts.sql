with

speech_acts as (

    select * from {{ ref('speech_acts') }}

)

select
    speech_act,
    name,
    plover_event,
    plover_mode,
    cameo,
    incident_basis,
    description
from speech_acts
