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

claims as{{ read_first() }} (

    select *
    from {{ rows_of(ref('int_incident_claims'), 'incident_id', 'new_incidents') }}
    where is_current_version

),

{{ casualty_voices('claims', ['incident_id']) }},

final as (

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

)

select
    final.*,
    new_incidents.fingerprint
from final
inner join new_incidents on final.incident_id = new_incidents.incident_id
{{ oldest_first('final.said_at') }}
