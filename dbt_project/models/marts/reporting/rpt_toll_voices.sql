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

estimates as{{ read_first() }} (

    select *
    from {{ rows_of(ref('fct_casualty_estimates'), 'incident_id', 'new_incidents') }}
    where rule = 'default'

),

incidents as{{ read_first() }} (

    select *
    from {{ rows_of(ref('fct_incidents'), 'incident_id', 'new_incidents') }}

),

{{ casualty_wordings('voices', ['incident_id', 'harm_type', 'voice_id']) }},

final as (

    select
        voices.incident_id,
        voices.harm_type,
        voices.voice_id,
        wordings.speaker_name,
        wordings.source_text,
        voices.interest as attribution_interest,
        voices.is_journalist,
        -- The outlets' own voices are not heard where somebody else speaks.
        list_has_all(estimates.casualty_ids, voices.casualty_ids) as is_heard,
        voices.low as voice_low,
        voices.figure as voice_figure,
        voices.high as voice_high,
        voices.is_open as is_voice_open,
        voices.said_at,
        wordings.claim_text,
        wordings.quotation,
        wordings.publisher,
        wordings.title,
        wordings.url,
        wordings.article_id,
        wordings.article_version,
        len(voices.article_ids)::integer as article_count,
        estimates.low,
        estimates.best,
        estimates.high,
        estimates.best_basis,
        estimates.is_disputed,
        incidents.incident_type,
        incidents.date_start,
        incidents.location_name,
        incidents.country_iso3,
        voices.casualty_ids
    from voices
    inner join estimates
        on voices.incident_id = estimates.incident_id and voices.harm_type = estimates.harm_type
    inner join incidents on voices.incident_id = incidents.incident_id
    inner join wordings
        on
            voices.incident_id = wordings.incident_id
            and voices.harm_type = wordings.harm_type
            and voices.voice_id = wordings.voice_id

)

select
    final.*,
    new_incidents.fingerprint
from final
inner join new_incidents on final.incident_id = new_incidents.incident_id
{{ oldest_first('final.said_at') }}
