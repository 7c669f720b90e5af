{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_incident_fingerprints'), ['incident_id']) }}"
    )
}}

-- depends_on: {{ ref('int_incident_fingerprints') }}
with

new_incidents as (

    {{ unbuilt(ref('int_incident_fingerprints'), ['incident_id']) }}

),

voices as{{ read_first() }} (

    select *
    from {{ rows_of(ref('int_incident_voices'), 'incident_id', 'new_incidents') }}

),

{{ casualty_estimates('voices', ['incident_id']) }},

final as (

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

)

select
    final.*,
    new_incidents.fingerprint
from final
inner join new_incidents on final.incident_id = new_incidents.incident_id
{{ oldest_first('(select max(voices.said_at) from voices where voices.incident_id = final.incident_id)') }}
