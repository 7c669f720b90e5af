-- Names without a database: whoever attaches the published file gives it a name of their own.
with

incidents as (

    select * from {{ ref('fct_incidents').include(database=false) }}

),

incident_types as (

    select * from {{ ref('dim_incident_types').include(database=false) }}

),

countries as (

    {{ country_names() }}

)

select
    incidents.incident_id,
    incidents.incident_type,
    incident_types.name as incident_type_name,
    incidents.level in ('atomic', 'group') as is_counted,
    incidents.date_start,
    incidents.date_end,
    incidents.date_precision,
    incidents.location_name,
    incidents.admin1,
    incidents.admin2,
    countries.country,
    incidents.country_iso3,
    incidents.latitude,
    incidents.longitude,
    incidents.location_precision,
    incidents.perpetrator_name,
    incidents.perpetrator_basis,
    incidents.is_perpetrator_contested,
    incidents.target_name,
    incidents.weapon,
    incidents.killed_low,
    incidents.killed_best,
    incidents.killed_high,
    incidents.wounded_low,
    incidents.wounded_best,
    incidents.wounded_high,
    incidents.is_disputed,
    incidents.article_count,
    incidents.publishers,
    incidents.urls,
    incidents.first_reported_at,
    incidents.last_reported_at,
    incidents.confidence
from incidents
left join incident_types on incidents.incident_type = incident_types.incident_type
left join countries on incidents.country_iso3 = countries.country_iso3
