with

estimates as (

    select * from {{ ref('fct_casualty_estimates') }}
    where rule = 'default' and is_disputed

),

voices as (

    select * from {{ ref('int_incident_voices') }}

),

incidents as (

    select * from {{ ref('fct_incidents') }}

),

casualties as (

    select * from {{ ref('fct_casualties') }}

),

voice_claims as (

    select
        voices.incident_id,
        voices.harm_type,
        voices.voice_id,
        unnest(voices.casualty_ids) as casualty_id
    from voices

),

wordings as (

    select
        voice_claims.incident_id,
        voice_claims.harm_type,
        voice_claims.voice_id,
        arg_min(casualties.claimed_by_name, casualties.casualty_id) as claimed_by_name,
        string_agg(
            casualties.claim_text, ' | ' order by casualties.article_id, casualties.claim_start
        ) as claim_texts
    from voice_claims
    inner join casualties on voice_claims.casualty_id = casualties.casualty_id
    group by all

)

select
    estimates.incident_id,
    estimates.harm_type,
    voices.voice_id,
    wordings.claimed_by_name,
    voices.interest as attribution_interest,
    voices.low as voice_low,
    voices.figure as voice_figure,
    voices.high as voice_high,
    voices.is_open as is_voice_open,
    voices.said_at,
    estimates.low,
    estimates.best,
    estimates.high,
    estimates.best_basis,
    incidents.date_start,
    incidents.location_name,
    incidents.country_iso3,
    wordings.claim_texts,
    voices.casualty_ids
from estimates
inner join voices
    on
        estimates.incident_id = voices.incident_id
        and estimates.harm_type = voices.harm_type
        and list_has_all(estimates.casualty_ids, voices.casualty_ids)
inner join incidents on estimates.incident_id = incidents.incident_id
left join wordings
    on
        voices.incident_id = wordings.incident_id
        and voices.harm_type = wordings.harm_type
        and voices.voice_id = wordings.voice_id
