{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_plover_events'), ['event_id']) }}"
    )
}}

-- depends_on: {{ ref('int_plover_events') }}
with

new_events as (

    {{ unbuilt(ref('int_plover_events'), ['event_id'], order='date_start') }}

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

locations as (

    select * from {{ ref('int_locations') }}

),

articles as{{ read_first() }} (

    select * from {{ rows_of_view(ref('stg_articles'), 'article_id', 'events') }}

),

sentences as{{ read_first() }} (

    select * from {{ rows_of_view(ref('stg_sentences'), 'article_id', 'events') }}

),

entities as (

    select
        event_id,
        side,
        list(
            struct_pack(
                code := country,
                sector := sector,
                entity_text := actor_text,
                identifier_id := actor_id,
                identifier_text := name,
                office := actor_title
            )
            order by place
        ) as entities
    from event_actors
    group by event_id, side

),

places as (

    select
        location_id,
        struct_pack(
            name := name,
            country := country_iso3,
            province := admin1,
            district := admin2,
            latitude := latitude,
            longitude := longitude,
            geonames_id := geonames_id,
            resolution := case
                when feature = 'site' then 5
                when feature in ('city', 'town', 'village') then 4
                when feature = 'admin2' then 3
                when feature in ('admin1', 'disputed_territory') then 2
                when feature = 'country' then 1
            end
        ) as event_loc
    from locations

)

select
    events.event_id,
    to_json(struct_pack(
        id := events.event_id,
        date := events.date_start,
        enddate := events.date_end,
        time := null::varchar,
        endtime := null::varchar,
        actor := coalesce(actors.entities, []),
        recipient := coalesce(recipients.entities, []),
        event := [events.plover_event],
        mode := case when events.plover_mode is null then [] else [events.plover_mode] end,
        context := events.contexts,
        event_loc := places.event_loc,
        event_text := [events.event_text],
        size := struct_pack(
            dead := events.dead_count,
            injured := events.injured_count,
            arrested := events.arrested_count
        ),
        quad_code := plover_events.quad_code,
        event_scale := plover_events.intensity::double,
        link := null::varchar,
        text := substring(
            articles.body, sentences.char_start + 1, sentences.char_end - sentences.char_start
        ),
        text_info := struct_pack(
            sequence := events.sentence_index,
            start := events.event_start,
            "end" := events.event_end -- noqa: RF02
        ),
        cite_info := struct_pack(
            article_id := events.article_id,
            publisher := articles.publisher,
            title := articles.title,
            url := articles.url,
            published_at := articles.published_at::date
        ),
        coder := 'Conflict Ledger',
        coded_date := null::varchar,
        comment := null::varchar
    )) as event,
    events.fingerprint
from events
inner join articles
    on
        events.article_id = articles.article_id
        and events.article_version = articles.article_version
inner join sentences
    on
        events.article_id = sentences.article_id
        and events.article_version = sentences.article_version
        and events.sentence_index = sentences.sentence_index
left join plover_events on events.plover_event = plover_events.plover_event
left join entities as actors on events.event_id = actors.event_id and actors.side = 'actor'
left join entities as recipients
    on events.event_id = recipients.event_id and recipients.side = 'recipient'
left join places on events.location_id = places.location_id
{{ oldest_first('events.date_start') }}
