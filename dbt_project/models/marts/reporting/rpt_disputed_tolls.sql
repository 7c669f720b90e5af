{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_changed(ref('int_incident_fingerprints'), ['incident_id']) }}"
    )
}}

-- depends_on: {{ ref('int_incident_fingerprints') }}
with

new_incidents as (

    {{ changed(ref('int_incident_fingerprints'), ['incident_id']) }}

),

voices as{{ read_first() }} (

    select *
    from {{ rows_of(ref('rpt_toll_voices'), 'incident_id', 'new_incidents') }}
    where is_heard and is_disputed

)

select
    lower_voices.incident_id,
    lower_voices.harm_type,
    lower_voices.incident_type,
    lower_voices.date_start,
    lower_voices.location_name,
    lower_voices.country_iso3,
    lower_voices.low,
    lower_voices.best,
    lower_voices.high,
    lower_voices.best_basis,
    lower_voices.voice_id as lower_voice_id,
    lower_voices.speaker_name as lower_speaker_name,
    lower_voices.attribution_interest as lower_interest,
    lower_voices.voice_figure as lower_figure,
    lower_voices.claim_text as lower_claim_text,
    lower_voices.quotation as lower_quotation,
    lower_voices.publisher as lower_publisher,
    lower_voices.title as lower_title,
    lower_voices.url as lower_url,
    lower_voices.article_id as lower_article_id,
    lower_voices.said_at as lower_said_at,
    lower_voices.casualty_ids as lower_casualty_ids,
    higher_voices.voice_id as higher_voice_id,
    higher_voices.speaker_name as higher_speaker_name,
    higher_voices.attribution_interest as higher_interest,
    higher_voices.voice_figure as higher_figure,
    higher_voices.claim_text as higher_claim_text,
    higher_voices.quotation as higher_quotation,
    higher_voices.publisher as higher_publisher,
    higher_voices.title as higher_title,
    higher_voices.url as higher_url,
    higher_voices.article_id as higher_article_id,
    higher_voices.said_at as higher_said_at,
    higher_voices.casualty_ids as higher_casualty_ids,
    higher_voices.is_voice_open as is_higher_open
from voices as lower_voices
inner join voices as higher_voices
    on
        lower_voices.incident_id = higher_voices.incident_id
        and lower_voices.harm_type = higher_voices.harm_type
        -- No number satisfies both.
        and lower_voices.voice_high < higher_voices.voice_low
        and not lower_voices.is_voice_open
{{ oldest_first('higher_voices.said_at') }}
