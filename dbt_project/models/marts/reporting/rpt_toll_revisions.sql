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

incident_claims as{{ read_first() }} (

    select *
    from {{ rows_of(ref('int_incident_claims'), 'incident_id', 'new_incidents') }}
    where withdrawn_at is null

),

incidents as{{ read_first() }} (

    select *
    from {{ rows_of(ref('fct_incidents'), 'incident_id', 'new_incidents') }}

),

moments as (

    select distinct
        incident_id,
        harm_type,
        voice_id,
        known_at as as_of_at
    from incident_claims

),

claims as (

    -- What the voice had said by the moments at which it spoke.
    select
        moments.as_of_at,
        incident_claims.*
    from moments
    inner join incident_claims
        on
            moments.incident_id = incident_claims.incident_id
            and moments.harm_type = incident_claims.harm_type
            and moments.voice_id = incident_claims.voice_id
            and moments.as_of_at >= incident_claims.known_at
            and coalesce(moments.as_of_at < incident_claims.outdated_at, true)

),

{{ casualty_voices('claims', ['incident_id', 'as_of_at']) }},

{{ casualty_wordings('voices', ['incident_id', 'as_of_at', 'harm_type', 'voice_id']) }},

worded as (

    select
        voices.*,
        wordings.* exclude (incident_id, as_of_at, harm_type, voice_id)
    from voices
    inner join wordings using (incident_id, as_of_at, harm_type, voice_id)

),

compared as (

    select
        *,
        lag(figure) over so_far as previous_figure,
        lag(high) over so_far as previous_high,
        lag(is_open) over so_far as is_previous_open,
        lag(as_of_at) over so_far as previous_said_at,
        lag(claim_text) over so_far as previous_claim_text,
        lag(quotation) over so_far as previous_quotation,
        lag(publisher) over so_far as previous_publisher,
        lag(url) over so_far as previous_url,
        lag(article_id) over so_far as previous_article_id
    from worded
    window so_far as (partition by incident_id, harm_type, voice_id order by as_of_at)

),

final as (

    select
        compared.incident_id,
        compared.harm_type,
        compared.voice_id,
        compared.as_of_at as revised_at,
        compared.speaker_name,
        compared.previous_figure,
        compared.is_previous_open,
        compared.figure,
        compared.is_open,
        compared.figure - compared.previous_figure as change,
        compared.previous_claim_text,
        compared.previous_quotation,
        compared.previous_publisher,
        compared.previous_url,
        compared.previous_article_id,
        compared.previous_said_at,
        compared.claim_text,
        compared.quotation,
        compared.publisher,
        compared.url,
        compared.article_id,
        incidents.incident_type,
        incidents.date_start,
        incidents.location_name,
        incidents.country_iso3,
        compared.casualty_ids
    from compared
    inner join incidents on compared.incident_id = incidents.incident_id
    where
        compared.previous_figure is not null
        and (compared.previous_figure, compared.previous_high, compared.is_previous_open)
        != (compared.figure, compared.high, compared.is_open)

)

select
    final.*,
    new_incidents.fingerprint
from final
inner join new_incidents on final.incident_id = new_incidents.incident_id
