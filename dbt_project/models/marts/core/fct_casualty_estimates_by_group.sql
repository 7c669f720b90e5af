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
    from {{ rows_of(ref('int_group_claims'), 'incident_id', 'new_incidents') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

subsets as (

    select
        incident_id,
        list(casualty_id) as casualty_ids
    from claims
    where is_subset
    group by incident_id

),

{{ casualty_voices('claims', ['incident_id', 'victim_party_key', 'victim_category']) }},

{{ casualty_estimates('voices', ['incident_id', 'victim_party_key', 'victim_category']) }},

final as (

    select
        estimates.incident_id,
        estimates.harm_type,
        estimates.victim_party_key as victim_side_party_id,
        estimates.victim_category,
        estimates.rule,
        actors.name as victim_side_name,
        estimates.low,
        estimates.best,
        estimates.high,
        estimates.is_high_open,
        estimates.best_basis,
        estimates.voice_count,
        estimates.article_count,
        estimates.is_disputed,
        coalesce(list_has_all(subsets.casualty_ids, estimates.casualty_ids), false) as is_subset,
        estimates.casualty_ids
    from estimates
    left join subsets on estimates.incident_id = subsets.incident_id
    left join actors on estimates.victim_party_key = actors.actor_id

)

select
    final.*,
    new_incidents.fingerprint
from final
inner join new_incidents on final.incident_id = new_incidents.incident_id
{{ oldest_first('(select max(voices.said_at) from voices where voices.incident_id = final.incident_id)') }}
