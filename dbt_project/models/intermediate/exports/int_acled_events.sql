{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['incident_id', 'event_key'],
        on_schema_change='fail'
    )
}}

with

new_incidents as (

    {{ unbuilt(ref('int_incident_fingerprints'), ['incident_id']) }}

),

incidents as{{ read_first() }} (

    select *
    from {{ rows_of(ref('fct_incidents'), 'incident_id', 'new_incidents') }}

),

incident_types as (

    select * from {{ ref('incident_types') }}

),

sides as{{ read_first() }} (

    select *
    from {{ rows_of(ref('int_incident_sides'), 'incident_id', 'new_incidents') }}

),

sources as{{ read_first() }} (

    select *
    from {{ rows_of(ref('int_incident_sources'), 'incident_id', 'new_incidents') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

states as (

    select * from {{ ref('states') }}

),

regions as (

    select * from {{ ref('acled_regions') }}

),

estimates as{{ read_first() }} (

    select *
    from {{ rows_of(ref('fct_casualty_estimates'), 'incident_id', 'new_incidents') }}
    where rule = 'acled_conservative' and harm_type = 'killed'

),

inter_names as (

    select
        names.code,
        names.name
    from (
        values
        (1, 'State forces'), (2, 'Rebel group'), (3, 'Political militia'),
        (4, 'Identity militia'), (5, 'Rioters'), (6, 'Protesters'), (7, 'Civilians'),
        (8, 'External/Other forces')
    ) as names (code, name)

),

recordable as (

    -- ACLED records neither what lies in no smaller area than a country, nor what is dated by year only.
    select
        incidents.*,
        incident_types.acled_disorder_type as disorder_type,
        incident_types.acled_event_type as event_type,
        incident_types.acled_sub_event_type as sub_event_type,
        (
            incidents.date_start + ((incidents.date_end - incidents.date_start) // 2)::integer
        )::date
            as event_date,
        case
            when incidents.date_precision = 1 then 1
            when incidents.date_precision in (2, 3) then 2
            else 3
        end as time_precision,
        case
            when incidents.location_precision = 1 then 1
            when incidents.location_precision in (2, 3) then 2
            else 3
        end as geo_precision
    from incidents
    inner join incident_types on incidents.incident_type = incident_types.incident_type
    where
        incidents.level in ('atomic', 'group')
        and incident_types.acled_event_type is not null
        and incidents.date_precision <= 4
        and incidents.location_precision in (1, 2, 3, 4, 7)

),

participants as{{ read_first() }} (

    select *
    from {{ rows_of(ref('int_incident_participants'), 'incident_id', 'new_incidents') }}
    where polarity = 'pos' and actor_id is not null

),

associates as (

    -- Other bodies of the same party, such as a police beside an army.
    select
        participants.incident_id,
        participants.side,
        string_agg(distinct actors.name, '; ' order by actors.name) as names
    from participants
    inner join actors on participants.actor_id = actors.actor_id
    inner join participants as main
        on
            participants.incident_id = main.incident_id
            and participants.side = main.side
            and main.preference = 1
    where
        participants.party_id = main.party_id
        and participants.actor_id != main.actor_id
        and actors.actor_kind not in ('state', 'population')
    group by participants.incident_id, participants.side

),

victim_groups as (

    -- What ACLED says about civilians beside "Civilians": who they were.
    select distinct
        claims.incident_id,
        case claims.victim_category
            when 'journalist' then 'Journalists'
            when 'medic' then 'Health Workers'
            when 'aid_worker' then 'Aid Workers'
            when 'official' then 'Government Officials'
            when 'civilian' then case when claims.victim_sex = 'female' then 'Women' end
        end as name
    from {{ ref('int_group_claims') }} as claims
    inner join new_incidents on claims.incident_id = new_incidents.incident_id
    where claims.harm_type in ('killed', 'wounded', 'abducted')

),

with_actors as (

    select
        recordable.*,
        sides.has_civilian_deaths and not sides.has_combatant_deaths as has_only_civilian_deaths,
        sides.has_combatant_deaths,
        perpetrator.actor_id as actor1_id,
        perpetrator.name as actor1_name,
        coalesce(
            perpetrator.acled_inter,
            perpetrator_party.acled_inter,
            case when perpetrator.actor_kind = 'igo' then 8 else 3 end
        ) as actor1_inter,
        perpetrator.country_iso3 as actor1_country,
        target.actor_id as actor2_id,
        target.name as actor2_name,
        target.actor_kind as target_kind,
        coalesce(
            target.acled_inter,
            target_party.acled_inter,
            case
                when target.actor_kind = 'igo' then 8
                when target.actor_kind = 'party' then 3
                when target.actor_id is not null then 7
            end
        ) as actor2_inter,
        target.country_iso3 as actor2_country,
        states.name as country,
        states.iso_numeric,
        regions.acled_region as region
    from recordable
    left join sides on recordable.incident_id = sides.incident_id
    -- A population does not attack, and nobody attacks itself.
    left join actors as perpetrator
        on
            recordable.perpetrator_actor_id = perpetrator.actor_id
            and perpetrator.actor_kind != 'population'
    left join actors as perpetrator_party
        on perpetrator.party_id = perpetrator_party.actor_id
    left join actors as target_named on recordable.target_actor_id = target_named.actor_id
    left join actors as target
        on target.actor_id = case
            when perpetrator.party_id = target_named.party_id then sides.target_party_id
            else coalesce(recordable.target_actor_id, sides.target_party_id)
        end
    left join actors as target_party on target.party_id = target_party.actor_id
    left join states on recordable.country_iso3 = states.iso3
    left join regions on recordable.country_iso3 = regions.iso3

),

aimed as (

    select
        * exclude (event_type, sub_event_type),
        coalesce(actor2_inter = 7 or has_only_civilian_deaths, false) as has_civilian_target,
        -- An attack in which only civilians were hit was no battle.
        case
            when sub_event_type = 'Armed clash' and has_civilian_target
                then 'Violence against civilians'
            else event_type
        end as event_type,
        case
            when sub_event_type = 'Armed clash' and has_civilian_target then 'Attack'
            else sub_event_type
        end as sub_event_type
    from with_actors

),

targeted as (

    select
        *,
        event_type = 'Violence against civilians'
        or sub_event_type = 'Excessive force against protesters'
        or (
            sub_event_type = 'Mob violence' or event_type = 'Explosions/Remote violence'
        ) and has_civilian_target as is_civilian_targeting,
        coalesce(' (' || country || ')', '') as of_country
    from aimed

),

cast_of_actors as (

    select
        *,
        case
            when event_type = 'Protests' then 'Protesters' || of_country
            when event_type = 'Riots' then 'Rioters' || of_country
            when actor1_id is not null then actor1_name
            else 'Unidentified Armed Group' || of_country
        end as actor1,
        case
            when event_type = 'Protests' then 6
            when event_type = 'Riots' then 5
            when actor1_id is null then 3
            when actor1_inter = 1 and actor1_country != country_iso3 then 8
            else actor1_inter
        end as inter1_code,
        case
            -- Who steps in against a demonstration is the second actor.
            when event_type = 'Protests' then actor1_name
            when is_civilian_targeting then 'Civilians' || of_country
            when actor2_id is not null then actor2_name
            when event_type = 'Battles' then 'Unidentified Armed Group' || of_country
        end as actor2,
        case
            when event_type = 'Protests'
                then
                    case
                        when actor1_inter = 1 and actor1_country != country_iso3 then 8
                        when actor1_id is not null then actor1_inter
                    end
            when is_civilian_targeting then 7
            when actor2_inter = 1 and actor2_country != country_iso3 then 8
            when actor2_id is not null then actor2_inter
            when event_type = 'Battles' then 3
        end as inter2_code
    from targeted

),

victim_names as (

    select
        cast_of_actors.incident_id,
        string_agg(
            victim_groups.name || cast_of_actors.of_country, '; ' order by victim_groups.name
        ) as names
    from cast_of_actors
    inner join victim_groups on cast_of_actors.incident_id = victim_groups.incident_id
    where cast_of_actors.inter2_code = 7 and victim_groups.name is not null
    group by cast_of_actors.incident_id

),

described as (

    select
        cast_of_actors.*,
        case when cast_of_actors.event_type not in ('Protests', 'Riots') then allies.names end
            as assoc_actor_1,
        case
            when cast_of_actors.inter2_code = 7 then victim_names.names
            when cast_of_actors.event_type != 'Protests' then enemies.names
        end as assoc_actor_2
    from cast_of_actors
    left join victim_names on cast_of_actors.incident_id = victim_names.incident_id
    left join associates as allies
        on cast_of_actors.incident_id = allies.incident_id and allies.side = 'perpetrator'
    left join associates as enemies
        on cast_of_actors.incident_id = enemies.incident_id and enemies.side = 'target'

),

final as (

    select
        described.incident_id,
        described.event_date,
        described.time_precision,
        case
            when described.sub_event_type = 'Excessive force against protesters'
                then 'Political violence; Demonstrations'
            else described.disorder_type
        end as disorder_type,
        described.event_type,
        described.sub_event_type,
        -- Fighting between the same two on one day in one place is one event, by the first of
        -- ACLED's hierarchy.
        case
            when
                described.actor1_id is not null
                and (described.actor2_id is not null or described.is_civilian_targeting)
                and described.time_precision = 1
                and described.geo_precision = 1
                then {{ stable_id([
                    "'pair'", 'described.event_date', 'described.location_id',
                    'least(described.actor1, described.actor2)',
                    'greatest(described.actor1, described.actor2)'
                ]) }}
            else described.incident_id
        end as event_key,
        case described.event_type
            when 'Battles' then 1
            when 'Protests' then 2
            when 'Riots' then 3
            when 'Explosions/Remote violence' then 4
            when 'Violence against civilians' then 5
            else 6
        end as hierarchy_rank,
        described.actor1,
        described.assoc_actor_1,
        inter1.name as inter1,
        described.inter1_code,
        described.actor2,
        described.assoc_actor_2,
        inter2.name as inter2,
        described.inter2_code,
        described.is_civilian_targeting,
        described.iso_numeric,
        described.region,
        described.country_iso3,
        described.country,
        described.admin1,
        described.admin2,
        described.location_name,
        described.latitude,
        described.longitude,
        described.geo_precision,
        described.incident_count_min,
        sources.source_office,
        sources.last_ingested_at,
        coalesce(estimates.best, 0) as fatalities
    from described
    inner join sources on described.incident_id = sources.incident_id
    left join estimates on described.incident_id = estimates.incident_id
    left join inter_names as inter1 on described.inter1_code = inter1.code
    left join inter_names as inter2 on described.inter2_code = inter2.code

),

fingerprinted as (

    select
        final.*,
        new_incidents.fingerprint
    from final
    inner join new_incidents on final.incident_id = new_incidents.incident_id

),

former as (

    -- An event that an incident has left keeps a row without a fingerprint until a run is complete.
    {% if is_incremental() %}
        select
            built.incident_id,
            built.event_key
        from {{ this }} as built
        inner join {{ ref('int_incident_fingerprints') }} as fingerprints using (incident_id)
        where fingerprints.is_changed
    {% else %}
        select
            null::varchar as incident_id,
            null::varchar as event_key
        where false
    {% endif %}

)

select
    *, -- noqa: RF02
    true as is_changed
from fingerprinted
full join former using (incident_id, event_key)
