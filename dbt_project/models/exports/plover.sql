{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_changed(ref('int_plover_events'), ['event_id'], ['\"Event ID\"']) }}"
    )
}}

-- depends_on: {{ ref('int_plover_events') }}
with

new_events as (

    {{ changed(ref('int_plover_events'), ['event_id'], order='date_start') }}

),

events as (

    select *
    from {{ rows_of(ref('int_plover_events'), 'event_id', 'new_events') }}

),

event_actors as{{ read_first() }} (

    select *
    from {{ rows_of(ref('int_plover_actors'), 'event_id', 'new_events') }}

),

plover_events as (

    select * from {{ ref('plover_events') }}

),

states as (

    select * from {{ ref('states') }}

),

locations as (

    select * from {{ ref('int_locations') }}

),

articles as{{ read_first() }} (

    select * from {{ rows_of_view(ref('stg_articles'), 'article_id', 'events') }}

),

entities as (

    select * from {{ rows_of_view(ref('stg_entity_mentions'), 'article_id', 'events') }}
    where mention_form = 'name'

),

sides as (

    -- Several actors stand in one field.
    select
        event_id,
        string_agg(name::varchar, '; ' order by place) filter (where side = 'actor') as actor_name,
        string_agg(country::varchar, '; ' order by place) filter (
            where side = 'actor'
        ) as actor_country,
        string_agg(cow::varchar, '; ' order by place) filter (where side = 'actor') as actor_cow,
        string_agg(sector::varchar, '; ' order by place) filter (where side = 'actor') as actor_sector,
        string_agg(actor_title::varchar, '; ' order by place) filter (
            where side = 'actor'
        ) as actor_actor_title,
        string_agg(actor_text::varchar, '; ' order by place) filter (
            where side = 'actor'
        ) as actor_actor_text,
        string_agg(name::varchar, '; ' order by place) filter (
            where side = 'recipient'
        ) as recipient_name,
        string_agg(country::varchar, '; ' order by place) filter (
            where side = 'recipient'
        ) as recipient_country,
        string_agg(cow::varchar, '; ' order by place) filter (
            where side = 'recipient'
        ) as recipient_cow,
        string_agg(sector::varchar, '; ' order by place) filter (
            where side = 'recipient'
        ) as recipient_sector,
        string_agg(actor_title::varchar, '; ' order by place) filter (
            where side = 'recipient'
        ) as recipient_actor_title,
        string_agg(actor_text::varchar, '; ' order by place) filter (
            where side = 'recipient'
        ) as recipient_actor_text
    from event_actors
    group by event_id

),

stories as (

    select
        article_id,
        article_version,
        string_agg(distinct text, '; ' order by text) filter (
            where entity_type = 'PERSON'
        ) as people,
        string_agg(distinct text, '; ' order by text) filter (
            where entity_type = 'ORG'
        ) as organizations,
        string_agg(distinct text, '; ' order by text) filter (
            where entity_type in ('GPE', 'LOC', 'FAC')
        ) as locations
    from entities
    group by article_id, article_version

)

select
    events.event_id as "Event ID",
    events.date_start as "Event Date",
    events.plover_event as "Event Type",
    events.plover_mode as "Event Mode",
    plover_events.intensity::double as "Intensity",
    plover_events.quad_code as "Quad Code",
    array_to_string(events.contexts, '; ') as "Contexts",
    sides.actor_name as "Actor Name",
    sides.actor_country as "Actor Country",
    sides.actor_cow as "Actor COW",
    split_part(sides.actor_sector, ';', 1) as "Primary Actor Sector",
    sides.actor_sector as "Actor Sectors",
    sides.actor_actor_title as "Actor Title",
    sides.actor_actor_text as "Actor Name Raw",
    null::varchar as "Wikipedia Actor ID",
    sides.recipient_name as "Recipient Name",
    sides.recipient_country as "Recipient Country",
    sides.recipient_cow as "Recipient COW",
    split_part(sides.recipient_sector, ';', 1) as "Primary Recipient Sector",
    sides.recipient_sector as "Recipient Sectors",
    null::varchar as "Recipient Title",
    sides.recipient_actor_text as "Recipient Name Raw",
    null::varchar as "Wikipedia Recipient ID",
    locations.name as "Placename",
    case when locations.feature in ('city', 'town', 'village') then locations.name end as "City",
    locations.admin2 as "District",
    locations.admin1 as "Province",
    states.name as "Country",
    locations.latitude as "Latitude",
    locations.longitude as "Longitude",
    locations.geonames_id as "GeoNames ID",
    events.location_text as "Raw Placename",
    locations.feature as "Feature Type",
    articles.publisher as "Source",
    articles.published_at::date as "Publication Date",
    stories.people as "Story People",
    stories.organizations as "Story Organizations",
    stories.locations as "Story Locations",
    articles.language as "Language",
    'Conflict Ledger' as "Version"
from events
inner join articles
    on
        events.article_id = articles.article_id
        and events.article_version = articles.article_version
left join plover_events on events.plover_event = plover_events.plover_event
left join sides on events.event_id = sides.event_id
left join locations on events.location_id = locations.location_id
left join states on locations.country_iso3 = states.iso3
left join stories
    on
        events.article_id = stories.article_id
        and events.article_version = stories.article_version
{{ oldest_first('events.date_start') }}
