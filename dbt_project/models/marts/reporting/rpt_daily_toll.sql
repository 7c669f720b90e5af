{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['incident_date', 'location_id', 'harm_type'],
        on_schema_change='fail',
        pre_hook="{{ delete_lost_tolls(ref('int_incident_fingerprints')) }}"
    )
}}

-- depends_on: {{ ref('int_incident_fingerprints') }}
with

all_incidents as not materialized (

    -- Each use reads only the rows and columns it needs of the whole table.
    select * from {{ ref('fct_incidents') }}
    where level in ('atomic', 'group') and date_start is not null

),

{% if is_incremental() %}
    new_incidents as (

        {{ changed(ref('int_incident_fingerprints'), ['incident_id'], order=none) }}

    ),

    touched_days as (

        -- The days and places of these incidents, as they are and as they were.
        select
            date_start,
            location_id
        from all_incidents
        where incident_id in (select new_incidents.incident_id from new_incidents)

        union

        select
            tolls.incident_date as date_start,
            nullif(tolls.location_id, 'unknown') as location_id
        from (
            select
                incident_date,
                location_id,
                unnest(incident_ids) as incident_id
            from {{ this }}
        ) as tolls
        semi join {{ ref('int_incident_fingerprints') }} as fingerprints
            on tolls.incident_id = fingerprints.incident_id and fingerprints.is_changed

    ),

    incidents as materialized (

        select all_incidents.*
        from all_incidents
        semi join touched_days
            on
                all_incidents.date_start = touched_days.date_start
                and all_incidents.location_id is not distinct from touched_days.location_id

    ),
{% else %}
    incidents as (

        select * from all_incidents

    ),
{% endif %}

estimates as{{ read_first() }} (

    select * from {{ rows_of(ref('fct_casualty_estimates'), 'incident_id', 'incidents') }}
    where rule = 'default'

),

states as (

    select * from {{ ref('states') }}

)

select
    incidents.date_start as incident_date,
    -- A key needs a value; a place that is not known has none.
    coalesce(incidents.location_id, 'unknown') as location_id,
    estimates.harm_type,
    any_value(incidents.location_name) as location_name,
    any_value(incidents.admin1) as admin1,
    any_value(incidents.country_iso3) as country_iso3,
    coalesce(any_value(states.name), 'unknown') as country,
    count(*)::integer as incident_count,
    count(*) filter (where estimates.is_disputed)::integer as disputed_count,
    count(*) filter (where incidents.date_precision > 1)::integer as inexactly_dated_count,
    sum(estimates.low)::integer as low,
    sum(estimates.best)::integer as best,
    sum(estimates.high)::integer as high,
    bool_or(estimates.is_high_open) as is_high_open,
    list(incidents.incident_id order by incidents.incident_id) as incident_ids
from incidents
inner join estimates on incidents.incident_id = estimates.incident_id
left join states on incidents.country_iso3 = states.iso3
group by incidents.date_start, coalesce(incidents.location_id, 'unknown'), estimates.harm_type
{{ oldest_first('incident_date, location_id, estimates.harm_type') }}
