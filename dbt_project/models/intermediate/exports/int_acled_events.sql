with

incidents as (

    select * from {{ ref('fct_incidents') }}

),

incident_types as (

    select * from {{ ref('incident_types') }}

),

sides as (

    select * from {{ ref('int_incident_sides') }}

),

sources as (

    select * from {{ ref('int_incident_sources') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

states as (

    select * from {{ ref('states') }}

),

estimates as (

    select * from {{ ref('fct_casualty_estimates') }}
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

with_actors as (

    select
        recordable.*,
        sides.is_civilians_only,
        coalesce(perpetrator.acled_inter, perpetrator_party.acled_inter) as perpetrator_inter,
        perpetrator.country_iso3 as perpetrator_country,
        target.actor_kind as target_kind,
        coalesce(target.acled_inter, target_party.acled_inter) as target_inter,
        target.country_iso3 as target_country,
        states.name as country,
        states.iso_numeric
    from recordable
    left join sides on recordable.incident_id = sides.incident_id
    left join actors as perpetrator on recordable.perpetrator_actor_id = perpetrator.actor_id
    left join actors as perpetrator_party
        on perpetrator.party_id = perpetrator_party.actor_id
    left join actors as target on recordable.target_actor_id = target.actor_id
    left join actors as target_party on target.party_id = target_party.actor_id
    left join states on recordable.country_iso3 = states.iso3

),

cast_of_actors as (

    select
        *,
        event_type = 'Violence against civilians'
        or coalesce(target_kind = 'population', false)
        or (event_type = 'Explosions/Remote violence' and coalesce(is_civilians_only, false))
            as is_civilian_targeting,
        case
            when event_type in ('Protests', 'Riots') then event_type || ' (' || country || ')'
            when perpetrator_actor_id is not null then perpetrator_name
            else 'Unidentified Armed Group' || coalesce(' (' || country || ')', '')
        end as actor1,
        case
            when event_type = 'Protests' then 6
            when event_type = 'Riots' then 5
            when perpetrator_actor_id is null then 3
            when perpetrator_inter = 1 and perpetrator_country != country_iso3 then 8
            else perpetrator_inter
        end as inter1_code
    from with_actors

),

described as (

    select
        cast_of_actors.* exclude (actor1),
        replace(replace(actor1, 'Protests (', 'Protesters ('), 'Riots (', 'Rioters (') as actor1,
        case
            when is_civilian_targeting
                then 'Civilians' || coalesce(' (' || country || ')', '')
            when target_actor_id is not null then target_name
        end as actor2,
        case
            when is_civilian_targeting then 7
            when target_actor_id is null then null
            when target_inter = 1 and target_country != country_iso3 then 8
            else target_inter
        end as inter2_code
    from cast_of_actors

)

select
    described.incident_id,
    described.event_date,
    described.time_precision,
    described.disorder_type,
    described.event_type,
    described.sub_event_type,
    -- Fighting between the same two on one day in one place is one event, by the first of ACLED's hierarchy.
    case
        when
            described.perpetrator_actor_id is not null
            and described.target_actor_id is not null
            and described.time_precision = 1
            and described.geo_precision = 1
            and not described.is_civilian_targeting
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
    inter1.name as inter1,
    described.inter1_code,
    described.actor2,
    inter2.name as inter2,
    described.inter2_code,
    described.is_civilian_targeting,
    described.iso_numeric,
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
