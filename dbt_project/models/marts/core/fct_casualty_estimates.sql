with

voices as (

    select * from {{ ref('int_incident_voices') }}

),

{{ casualty_estimates('voices', ['incident_id']) }}

select
    incident_id,
    harm_type,
    rule,
    low,
    best,
    high,
    is_high_open,
    best_basis,
    voice_count,
    article_count,
    is_disputed,
    casualty_ids
from estimates
