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

),

links as (

    select * from {{ ref('bridge_incident_mentions').include(database=false) }}

),

articles as (

    select
        article_id,
        article_version,
        publisher,
        url
    from {{ ref('dim_articles').include(database=false) }}

),

reports as (

    select
        links.incident_id,
        list(distinct articles.publisher order by articles.publisher) as publishers,
        list(distinct articles.url order by articles.url) as urls
    from links
    inner join articles using (article_id, article_version)
    group by links.incident_id

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
    reports.publishers,
    reports.urls,
    incidents.first_reported_at,
    incidents.last_reported_at,
    incidents.confidence
from incidents
left join incident_types on incidents.incident_type = incident_types.incident_type
left join countries on incidents.country_iso3 = countries.country_iso3
left join reports on incidents.incident_id = reports.incident_id
