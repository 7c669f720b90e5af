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

incident_claims as (

    select *
    from {{ rows_of(ref('int_incident_claims'), 'incident_id', 'new_incidents') }}
    where withdrawn_at is null

),

moments as (

    select
        incident_id,
        harm_type,
        known_at as as_of_at
    from incident_claims

    union

    -- A new version may drop what the former one said.
    select
        incident_id,
        harm_type,
        outdated_at as as_of_at
    from incident_claims
    where outdated_at is not null

),

claims as (

    select
        moments.as_of_at,
        incident_claims.*
    from moments
    inner join incident_claims
        on
            moments.incident_id = incident_claims.incident_id
            and moments.harm_type = incident_claims.harm_type
            and moments.as_of_at >= incident_claims.known_at
            and coalesce(moments.as_of_at < incident_claims.outdated_at, true)

),

{{ casualty_voices('claims', ['incident_id', 'as_of_at']) }},

{{ casualty_estimates('voices', ['incident_id', 'as_of_at']) }},

final as (

    select
        incident_id,
        harm_type,
        as_of_at,
        low,
        best,
        high,
        is_high_open,
        best_basis,
        voice_count,
        is_disputed,
        best - lag(best) over (
            partition by incident_id, harm_type order by as_of_at
        ) as best_change
    from estimates
    where rule = 'default'

)

select
    final.*,
    new_incidents.fingerprint
from final
inner join new_incidents on final.incident_id = new_incidents.incident_id
{{ oldest_first('final.as_of_at') }}
