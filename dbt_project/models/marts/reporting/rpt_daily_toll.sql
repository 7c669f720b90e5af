with

incidents as (

    select * from {{ ref('fct_incidents') }}
    where level in ('atomic', 'group') and date_start is not null

),

estimates as (

    select * from {{ ref('fct_casualty_estimates') }}
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
    bool_or(estimates.is_high_open) as is_high_open
from incidents
inner join estimates on incidents.incident_id = estimates.incident_id
left join states on incidents.country_iso3 = states.iso3
group by incidents.date_start, coalesce(incidents.location_id, 'unknown'), estimates.harm_type
{{ oldest_first('incident_date, location_id, estimates.harm_type') }}
