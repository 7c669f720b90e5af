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
    where level in ('atomic', 'group')

),

incident_types as (

    select * from {{ ref('incident_types') }}

),

participants as{{ read_first() }} (

    select *
    from {{ rows_of(ref('int_incident_participants'), 'incident_id', 'new_incidents') }}
    where polarity = 'pos' and party_id is not null

),

actors as (

    select * from {{ ref('int_actors') }}

),

deaths as{{ read_first() }} (

    select *
    from {{ rows_of(ref('int_incident_deaths'), 'incident_id', 'new_incidents') }}

),

perpetrators as (

    select
        incident_id,
        arg_min(party_id, preference) as party_id
    from participants
    where side = 'perpetrator'
    group by incident_id

),

targets as (

    select
        participants.incident_id,
        arg_min(participants.party_id, participants.preference) as party_id
    from participants
    left join perpetrators on participants.incident_id = perpetrators.incident_id
    where
        participants.side = 'target'
        and participants.party_id is distinct from perpetrators.party_id
    group by participants.incident_id

),

victims as (

    select
        incident_id,
        -- Only victims who fight belong to a side of the fight.
        arg_max(side_party_id, (deaths, side_party_id)) filter (
            where deaths_group = 'side'
        ) as party_id,
        bool_and(deaths_group = 'civilians') as is_civilians_only,
        bool_or(deaths_group = 'civilians') as has_civilian_deaths,
        bool_or(deaths_group = 'side') as has_combatant_deaths
    from deaths
    group by incident_id

),

parties as (

    select
        incidents.incident_id,
        perpetrators.party_id as perpetrator_party_id,
        coalesce(
            targets.party_id,
            case when victims.party_id != perpetrators.party_id then victims.party_id end,
            case when perpetrators.party_id is null then victims.party_id end
        ) as target_party_id,
        coalesce(victims.is_civilians_only, false) as is_civilians_only,
        coalesce(victims.has_civilian_deaths, false) as has_civilian_deaths,
        coalesce(victims.has_combatant_deaths, false) as has_combatant_deaths,
        incident_types.ucdp_violence_hint
    from incidents
    left join incident_types on incidents.incident_type = incident_types.incident_type
    left join perpetrators on incidents.incident_id = perpetrators.incident_id
    left join targets on incidents.incident_id = targets.incident_id
    left join victims on incidents.incident_id = victims.incident_id

),

kinds as (

    select
        parties.*,
        perpetrator.actor_kind in ('state', 'state_agency', 'state_force')
            as is_perpetrator_state,
        target.actor_kind in ('state', 'state_agency', 'state_force') as is_target_state
    from parties
    left join actors as perpetrator on parties.perpetrator_party_id = perpetrator.actor_id
    left join actors as target on parties.target_party_id = target.actor_id

),

typed as (

    select
        *,
        case
            -- Violence against people who do not fight, unless fighters are among the dead.
            when ucdp_violence_hint = 'one_sided' and not has_combatant_deaths then 3
            when is_civilians_only and target_party_id is null then 3
            when coalesce(is_perpetrator_state, false) or coalesce(is_target_state, false) then 1
            when perpetrator_party_id is not null and target_party_id is not null then 2
        end as type_of_violence
    from kinds

),

final as (

    select
        incident_id,
        perpetrator_party_id,
        target_party_id,
        is_civilians_only,
        has_civilian_deaths,
        has_combatant_deaths,
        type_of_violence,
        -- Side A is the perpetrator of one-sided violence, the government of state-based violence.
        case
            when type_of_violence = 1 and not coalesce(is_perpetrator_state, false)
                then target_party_id
            when type_of_violence is null then coalesce(perpetrator_party_id, target_party_id)
            else perpetrator_party_id
        end as side_a_party_id,
        case
            when type_of_violence = 3 then null
            when type_of_violence = 1 and not coalesce(is_perpetrator_state, false)
                then perpetrator_party_id
            when type_of_violence is null and perpetrator_party_id is null then null
            else target_party_id
        end as side_b_party_id
    from typed

)

select
    final.*,
    new_incidents.fingerprint
from final
inner join new_incidents on final.incident_id = new_incidents.incident_id
