with

claims as (

    select * from {{ ref('int_group_claims') }}

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

{{ casualty_estimates('voices', ['incident_id', 'victim_party_key', 'victim_category']) }}

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
