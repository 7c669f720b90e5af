{{ config(meta={'dagster': {'ref': {'name': 'fct_casualty_estimates'}}}) }}

-- Invariant (d): every estimate lists its claims, each of which is a claim about that harm in that incident.
with

estimates as (

    select *
    from {{ made_anew(ref('fct_casualty_estimates'), ref('int_incident_fingerprints'), 'incident_id') }}

),

contributions as (

    select
        incident_id,
        harm_type,
        rule,
        unnest(casualty_ids) as casualty_id
    from estimates

),

claims as (

    select * from {{ rows_of(ref('fct_casualties'), 'casualty_id', 'contributions') }}

)

select
    estimates.incident_id,
    estimates.harm_type,
    estimates.rule
from estimates
left join contributions
    on
        estimates.incident_id = contributions.incident_id
        and estimates.harm_type = contributions.harm_type
        and estimates.rule = contributions.rule
left join claims
    on
        contributions.casualty_id = claims.casualty_id
        and contributions.incident_id = claims.incident_id
        and contributions.harm_type = claims.harm_type
where claims.casualty_id is null
