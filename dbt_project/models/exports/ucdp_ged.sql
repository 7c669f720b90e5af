{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_changed(ref('int_incident_fingerprints'), ['incident_id'], ['relid']) }}"
    )
}}

-- depends_on: {{ ref('int_incident_fingerprints') }}
with

new_incidents as (

    {{ changed(ref('int_incident_fingerprints'), ['incident_id']) }}

),

incidents as{{ read_first() }} (

    -- UCDP records fatal events only, and an event needs a year.
    select *
    from {{ rows_of(ref('fct_incidents'), 'incident_id', 'new_incidents') }}
    where
        level in ('atomic', 'group')
        and killed_high > 0
        and date_start is not null

),

sides as{{ read_first() }} (

    select *
    from {{ rows_of(ref('int_incident_sides'), 'incident_id', 'new_incidents') }}

),

sources as{{ read_first() }} (

    select *
    from {{ rows_of(ref('int_incident_sources'), 'incident_id', 'new_incidents') }}

),

deaths as{{ read_first() }} (

    select *
    from {{ rows_of(ref('int_incident_deaths'), 'incident_id', 'new_incidents') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

states as (

    select * from {{ ref('states') }}

),

estimates as{{ read_first() }} (

    select *
    from {{ rows_of(ref('fct_casualty_estimates'), 'incident_id', 'new_incidents') }}
    where rule = 'ucdp' and harm_type = 'killed'

),

deaths_by_side as (

    select
        deaths.incident_id,
        coalesce(sum(deaths.deaths) filter (
            where deaths.deaths_group = 'side' and deaths.side_party_id = sides.side_a_party_id
        ), 0)::integer as deaths_a,
        coalesce(sum(deaths.deaths) filter (
            where deaths.deaths_group = 'side' and deaths.side_party_id = sides.side_b_party_id
        ), 0)::integer as deaths_b,
        coalesce(sum(deaths.deaths) filter (
            where deaths.deaths_group = 'civilians'
        ), 0)::integer as deaths_civilians
    from deaths
    inner join sides on deaths.incident_id = sides.incident_id
    group by deaths.incident_id

),

split_deaths as (

    -- The four groups make up the best figure, also where subsets that overlap say more.
    select
        estimates.incident_id,
        least(coalesce(deaths_by_side.deaths_a, 0), estimates.best) as deaths_a,
        least(coalesce(deaths_by_side.deaths_b, 0), estimates.best - deaths_a) as deaths_b,
        least(
            coalesce(deaths_by_side.deaths_civilians, 0), estimates.best - deaths_a - deaths_b
        ) as deaths_civilians
    from estimates
    left join deaths_by_side on estimates.incident_id = deaths_by_side.incident_id

),

named_sides as (

    select
        sides.incident_id,
        sides.type_of_violence,
        case
            when side_a.actor_kind = 'state' then 'Government of ' || side_a.name
            else side_a.name
        end as side_a,
        case
            when sides.type_of_violence = 3 then 'Civilians'
            when side_b.actor_kind = 'state' then 'Government of ' || side_b.name
            else side_b.name
        end as side_b,
        case when side_a.actor_kind = 'state' then side_a.gwno end as gwnoa,
        case when side_b.actor_kind = 'state' then side_b.gwno end as gwnob
    from sides
    left join actors as side_a on sides.side_a_party_id = side_a.actor_id
    left join actors as side_b on sides.side_b_party_id = side_b.actor_id

)

select
    (('0x' || left(sha256(incidents.incident_id), 16))::ubigint >> 1)::bigint as id,
    incidents.incident_id as relid,
    year(incidents.date_start)::integer as year,
    null::boolean as active_year,
    'Candidate-machine' as code_status,
    named_sides.type_of_violence::integer as type_of_violence,
    null::integer as conflict_dset_id,
    null::integer as conflict_new_id,
    null::varchar as conflict_name,
    null::integer as dyad_dset_id,
    null::integer as dyad_new_id,
    named_sides.side_a || ' - ' || named_sides.side_b as dyad_name,
    null::integer as side_a_dset_id,
    null::integer as side_a_new_id,
    named_sides.side_a,
    null::integer as side_b_dset_id,
    null::integer as side_b_new_id,
    named_sides.side_b,
    sources.article_count as number_of_sources,
    sources.source_article,
    sources.source_office,
    sources.source_date,
    sources.source_headline,
    sources.source_original,
    incidents.location_precision as where_prec,
    incidents.location_name as where_coordinates,
    sources.where_description,
    incidents.admin1 as adm_1,
    incidents.admin2 as adm_2,
    round(incidents.latitude, 6) as latitude,
    round(incidents.longitude, 6) as longitude,
    'POINT (' || round(incidents.longitude, 6) || ' ' || round(incidents.latitude, 6) || ')'
        as geom_wkt,
    -- PRIO-GRID numbers half-degree cells from the south-west corner of the world, 720 a row.
    (
        floor((incidents.latitude + 90) * 2) * 720 + floor((incidents.longitude + 180) * 2) + 1
    )::integer as priogrid_gid,
    states.name as country,
    states.gwno as country_id,
    states.ucdp_region as region,
    case
        when incidents.level = 'atomic' and incidents.incident_count_min = 1 then 1
        else 2
    end as event_clarity,
    incidents.date_precision as date_prec,
    incidents.date_start,
    incidents.date_end,
    split_deaths.deaths_a,
    split_deaths.deaths_b,
    split_deaths.deaths_civilians,
    estimates.best - split_deaths.deaths_a - split_deaths.deaths_b - split_deaths.deaths_civilians
        as deaths_unknown,
    estimates.best,
    estimates.high,
    estimates.low,
    named_sides.gwnoa,
    named_sides.gwnob
from incidents
inner join estimates on incidents.incident_id = estimates.incident_id
inner join sources on incidents.incident_id = sources.incident_id
left join named_sides on incidents.incident_id = named_sides.incident_id
inner join split_deaths on incidents.incident_id = split_deaths.incident_id
left join states on incidents.country_iso3 = states.iso3
{{ oldest_first('incidents.date_end') }}
