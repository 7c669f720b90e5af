with

acts as (

    select * from {{ ref('fct_statement_acts') }}

),

statements as (

    select * from {{ ref('fct_official_statements') }}

),

incidents as (

    select * from {{ ref('fct_incidents') }}

),

incident_types as (

    select * from {{ ref('incident_types') }}

),

plover_events as (

    select * from {{ ref('plover_events') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

states as (

    select * from {{ ref('states') }}

),

locations as (

    select * from {{ ref('int_locations') }}

),

articles as (

    select * from {{ ref('stg_articles') }}

),

described as (

    select * from {{ ref('int_articles') }}

),

links as (

    select * from {{ ref('bridge_incident_mentions') }}

),

mentions as (

    select * from {{ ref('int_corrected_incident_mentions') }}

),

entities as (

    select * from {{ ref('stg_entity_mentions') }}

),

first_reports as (

    -- The article that told of the incident first speaks for it.
    select
        links.incident_id,
        arg_min(
            struct_pack(a := links.article_id, v := links.article_version),
            (described.reading_order, mentions.trigger_start)
        ) as article,
        arg_min(
            mentions.location_text, (described.reading_order, mentions.trigger_start)
        ) as location_text
    from links
    inner join mentions on links.incident_mention_id = mentions.incident_mention_id
    inner join described
        on
            links.article_id = described.article_id
            and links.article_version = described.article_version
    group by links.incident_id

),

verbal_events as (

    -- A statement that is repeated, in its article or in others, is one event: its first telling.
    select
        acts.statement_id || '.' || acts.act_index as event_id,
        coalesce(statements.statement_date_end, statements.published_at::date) as event_date,
        acts.plover_event,
        acts.plover_mode,
        coalesce(statements.organisation_actor_id, statements.speaker_actor_id) as actor_id,
        coalesce(statements.speaker_name, statements.source_text) as actor_text,
        statements.speaker_role as actor_title,
        coalesce(acts.addressee_actor_id, acts.target_actor_id) as recipient_id,
        null::varchar as recipient_text,
        null::varchar as location_id,
        null::varchar as location_text,
        statements.article_id,
        statements.article_version
    from acts
    inner join statements on acts.statement_id = statements.statement_id
    where
        acts.plover_event is not null
        and statements.paraphrase_of is null
        and statements.is_current_version
    qualify rank() over (
        partition by statements.statement_group_id, acts.plover_event, acts.plover_mode
        order by
            statements.published_at asc nulls last,
            statements.article_id asc,
            statements.statement_id asc
    ) = 1

),

material_events as (

    select
        incidents.incident_id as event_id,
        incidents.date_start as event_date,
        incident_types.plover_event,
        incident_types.plover_mode,
        incidents.perpetrator_actor_id as actor_id,
        incidents.perpetrator_name as actor_text,
        null::varchar as actor_title,
        incidents.target_actor_id as recipient_id,
        incidents.target_name as recipient_text,
        incidents.location_id,
        first_reports.location_text,
        first_reports.article.a as article_id,
        first_reports.article.v as article_version
    from incidents
    inner join incident_types on incidents.incident_type = incident_types.incident_type
    inner join first_reports on incidents.incident_id = first_reports.incident_id
    where incident_types.plover_event is not null and incidents.level != 'background'

),

events as (

    select * from verbal_events

    union all by name

    select * from material_events

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
    where mention_form = 'name'
    group by article_id, article_version

)

select
    events.event_id as "Event ID",
    events.event_date as "Event Date",
    events.plover_event as "Event Type",
    events.plover_mode as "Event Mode",
    plover_events.intensity::double as "Intensity",
    plover_events.quad_code as "Quad Code",
    null::varchar as "Contexts",
    coalesce(actor.name, events.actor_text) as "Actor Name",
    actor.plover_country as "Actor Country",
    actor.gwno as "Actor COW",
    actor.plover_sector as "Primary Actor Sector",
    actor.plover_sector as "Actor Sectors",
    events.actor_title as "Actor Title",
    events.actor_text as "Actor Name Raw",
    null::varchar as "Wikipedia Actor ID",
    coalesce(recipient.name, events.recipient_text) as "Recipient Name",
    recipient.plover_country as "Recipient Country",
    recipient.gwno as "Recipient COW",
    recipient.plover_sector as "Primary Recipient Sector",
    recipient.plover_sector as "Recipient Sectors",
    null::varchar as "Recipient Title",
    events.recipient_text as "Recipient Name Raw",
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
left join actors as actor on events.actor_id = actor.actor_id
left join actors as recipient on events.recipient_id = recipient.actor_id
left join locations on events.location_id = locations.location_id
left join states on locations.country_iso3 = states.iso3
left join stories
    on
        events.article_id = stories.article_id
        and events.article_version = stories.article_version
