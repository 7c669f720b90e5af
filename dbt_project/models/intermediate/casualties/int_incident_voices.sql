with

claims as (

    select * from {{ ref('int_incident_claims') }}
    where is_current_version

),

{{ casualty_voices('claims', ['incident_id']) }}

select
    incident_id,
    harm_type,
    voice_id,
    is_journalist,
    interest,
    low,
    figure,
    high,
    acled_figure,
    is_open,
    is_explicit_total,
    said_at,
    reading_order,
    position,
    casualty_ids,
    article_ids
from voices
