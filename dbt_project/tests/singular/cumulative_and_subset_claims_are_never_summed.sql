{{ config(meta={'dagster': {'ref': {'name': 'fct_casualty_estimates'}}}) }}

-- Invariant (c): no estimate is made of a cumulative toll, a subset, or anything that is not actual.
with

estimates as (

    select *
    from {{ made_anew(ref('fct_casualty_estimates'), ref('int_incident_fingerprints'), 'incident_id') }}

),

contributions as (

    select
        incident_id,
        unnest(casualty_ids) as casualty_id
    from estimates

),

claims as (

    select * from {{ rows_of(ref('fct_casualties'), 'casualty_id', 'contributions') }}

)

select claims.casualty_id
from contributions
inner join claims on contributions.casualty_id = claims.casualty_id
where
    claims.count_scope = 'cumulative'
    or claims.parent_casualty_id is not null
    or claims.realis != 'actual'
    or not claims.is_counted
