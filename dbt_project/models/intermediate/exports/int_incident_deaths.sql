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

incidents as{{ read_first() }} (

    select *
    from {{ rows_of(ref('fct_incidents'), 'incident_id', 'new_incidents') }}
    where level in ('atomic', 'group') and killed_high > 0

),

estimates as{{ read_first() }} (

    select *
    from {{ rows_of(ref('fct_casualty_estimates'), 'incident_id', 'new_incidents') }}
    where rule = 'ucdp' and harm_type = 'killed'

),

voices as{{ read_first() }} (

    select *
    from {{ rows_of(ref('int_incident_voices'), 'incident_id', 'new_incidents') }}
    where harm_type = 'killed'

),

victim_categories as (

    select * from {{ ref('victim_categories') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

best_voices as (

    -- The voice that gave UCDP's best figure, else the one nearest below it.
    select
        incidents.incident_id,
        voices.casualty_ids
    from incidents
    inner join estimates on incidents.incident_id = estimates.incident_id
    inner join voices on incidents.incident_id = voices.incident_id
    qualify row_number() over (
        partition by incidents.incident_id
        order by
            voices.figure > estimates.best asc,
            abs(voices.figure - estimates.best) asc,
            voices.is_journalist asc,
            voices.interest in ('neutral', 'third_party') desc,
            voices.reading_order desc,
            voices.voice_id asc
    ) = 1

),

counted_claims as (

    select
        incident_id,
        unnest(casualty_ids) as casualty_id
    from best_voices

),

claims as (

    select * from {{ rows_of(ref('int_voiced_claims'), 'casualty_id', 'counted_claims') }}
    where
        harm_type = 'killed'
        and is_current_version
        and not is_rejected

),

subsets as (

    select *
    from {{ rows_of(ref('int_voiced_claims'), 'parent_casualty_id', 'claims', 'casualty_id') }}
    where
        harm_type = 'killed'
        and is_current_version
        and not is_rejected

),

parts as (

    -- The subsets of a claim say who its victims were; a claim without subsets says it itself.
    select
        counted_claims.incident_id,
        coalesce(subsets.victim_category, claims.victim_category) as victim_category,
        coalesce(
            subsets.victim_side_actor_id, claims.victim_side_actor_id
        ) as victim_side_actor_id,
        case
            when subsets.casualty_id is not null then subsets.count_figure
            else claims.count_figure
        end as deaths
    from counted_claims
    inner join claims on counted_claims.casualty_id = claims.casualty_id
    left join subsets on claims.casualty_id = subsets.parent_casualty_id

),

grouped as (

    select
        parts.incident_id,
        coalesce(victim_categories.ucdp_deaths_group, 'unknown') as deaths_group,
        coalesce(actors.party_id, parts.victim_side_actor_id) as side_party_id,
        sum(parts.deaths)::integer as deaths
    from parts
    left join victim_categories on parts.victim_category = victim_categories.victim_category
    left join actors on parts.victim_side_actor_id = actors.actor_id
    group by all

),

final as (

    select
        incident_id,
        deaths_group,
        side_party_id,
        deaths
    from grouped

)

select
    final.*,
    new_incidents.fingerprint
from final
inner join new_incidents on final.incident_id = new_incidents.incident_id
