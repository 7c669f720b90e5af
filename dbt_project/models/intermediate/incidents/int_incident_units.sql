{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_article_fingerprints'), ['article_id', 'article_version']) }}"
    )
}}

-- depends_on: {{ ref('int_article_fingerprints') }}
with

new_articles as (

    {{ unbuilt(ref('int_article_fingerprints'), ['article_id', 'article_version']) }}

),

mentions as{{ read_first() }} (

    select * from {{ rows_of_view(ref('int_corrected_incident_mentions'), 'article_id', 'new_articles') }}

),

participants as{{ read_first() }} (

    select * from {{ rows_of_view(ref('stg_incident_participants'), 'article_id', 'new_articles') }}

),

articles as{{ read_first() }} (

    select * from {{ rows_of(ref('int_articles'), 'article_id', 'new_articles') }}

),

near_duplicates as{{ read_first() }} (

    select * from {{ rows_of(ref('int_near_duplicates'), 'article_id', 'new_articles') }}

),

locations as (

    select * from {{ ref('int_locations') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

incident_types as (

    select * from {{ ref('incident_types') }}

),

type_ancestors as (

    select * from {{ ref('int_incident_type_ancestors') }}

),

claims as{{ read_first() }} (

    select * from {{ rows_of(ref('int_voiced_claims'), 'fingerprint', 'new_articles') }}

),

estimates as{{ read_first() }} (

    select * from {{ rows_of(ref('int_article_estimates'), 'fingerprint', 'new_articles') }}

),

entities as{{ read_first() }} (

    select * from {{ rows_of_view(ref('stg_entity_mentions'), 'article_id', 'new_articles') }}

),

current_mentions as (

    -- What did not happen, or has not yet, is no report of an incident.
    select
        mentions.*,
        articles.published_at,
        articles.reading_order,
        coalesce(incident_types.family, mentions.incident_type) as family,
        incident_types.broader_type,
        locations.country_iso3,
        locations.admin1,
        locations.latitude,
        locations.longitude,
        new_articles.fingerprint
    from mentions
    inner join new_articles
        on
            mentions.article_id = new_articles.article_id
            and mentions.article_version = new_articles.article_version
    inner join articles
        on
            mentions.article_id = articles.article_id
            and mentions.article_version = articles.article_version
    left join incident_types on mentions.incident_type = incident_types.incident_type
    left join locations on mentions.location_id = locations.location_id
    where articles.is_current and mentions.realis = 'actual'

),

type_support as (

    -- A report of a kind supports its narrower kinds too: "an attack" does not speak against "a bombing".
    select
        reported.article_id,
        reported.article_version,
        reported.article_incident_id,
        reported.incident_type,
        type_ancestors.depth,
        count(*) as support
    from (
        select distinct
            article_id,
            article_version,
            article_incident_id,
            incident_type
        from current_mentions
    ) as reported
    inner join type_ancestors on reported.incident_type = type_ancestors.incident_type
    inner join current_mentions as supporting
        on
            reported.article_id = supporting.article_id
            and reported.article_version = supporting.article_version
            and reported.article_incident_id = supporting.article_incident_id
            and type_ancestors.ancestor_type = supporting.incident_type
    group by all

),

supported_mentions as (

    select
        current_mentions.*,
        -count(*) over (
            partition by
                current_mentions.article_id,
                current_mentions.article_version,
                current_mentions.article_incident_id,
                current_mentions.level
        ) as level_rank,
        -count(*) over (
            partition by
                current_mentions.article_id,
                current_mentions.article_version,
                current_mentions.article_incident_id,
                current_mentions.weapon
        ) as weapon_rank,
        -coalesce(type_support.support, 0) as type_rank,
        -coalesce(type_support.depth, 0) as depth_rank
    from current_mentions
    left join type_support
        using (article_id, article_version, article_incident_id, incident_type)

),

attributes as (

    -- The most precise date and place, the best supported type, the most frequent level and weapon;
    -- the earliest in the text where they tie.
    select
        article_id,
        article_version,
        article_incident_id,
        min(published_at) as published_at,
        min(reading_order) as reading_order,
        min(fingerprint) as fingerprint,
        min(trigger_start) as first_trigger_start,
        arg_min(level, (level_rank, trigger_start)) as level,
        arg_min(incident_type, (type_rank, depth_rank, trigger_start)) as incident_type,
        arg_min(family, (type_rank, depth_rank, trigger_start)) as family,
        arg_min(coalesce(broader_type, ''), (type_rank, depth_rank, trigger_start))
            as broader_type,
        arg_min(
            struct_pack(s := date_start, e := date_end, p := date_precision),
            (date_precision, date_end - date_start, trigger_start)
        ) filter (where date_start is not null and date_end is not null) as dates,
        arg_min(
            struct_pack(
                id := location_id, p := location_precision, country := country_iso3,
                admin1 := admin1, lat := latitude, lon := longitude
            ),
            (coalesce(location_precision, 9), trigger_start)
        ) filter (where location_id is not null) as place,
        arg_min(weapon, (weapon_rank, trigger_start)) filter (where weapon is not null) as weapon
    from supported_mentions
    group by article_id, article_version, article_incident_id

),

parties as (

    select
        mentions.article_id,
        mentions.article_version,
        mentions.article_incident_id,
        list_sort(list_distinct(list(coalesce(actors.party_id, participants.actor_id)) filter (
            where participants.role in ('perpetrator', 'initiator')
        ))) as perpetrator_parties,
        list_sort(list_distinct(list(coalesce(actors.party_id, participants.actor_id)) filter (
            where participants.role in ('target', 'victim')
        ))) as target_parties
    from current_mentions as mentions
    inner join participants on mentions.incident_mention_id = participants.incident_mention_id
    left join actors on participants.actor_id = actors.actor_id
    where participants.polarity = 'pos' and participants.actor_id is not null
    group by mentions.article_id, mentions.article_version, mentions.article_incident_id

),

victims as (

    select
        article_id,
        article_version,
        article_incident_id,
        list_sort(list_distinct(list(victim_category) filter (
            where victim_category not in ('unknown', 'all')
        ))) as victim_categories
    from claims
    where is_countable
    group by article_id, article_version, article_incident_id

),

named_places as (

    select
        article_id,
        article_version,
        list_sort(list(distinct lower(text))) as place_names,
        list_sort(list(distinct location_id) filter (
            where location_id is not null and coalesce(figure, 'literal') = 'literal'
        )) as named_location_ids
    from entities
    where
        entity_type in ('GPE', 'LOC', 'FAC')
        and mention_form in ('name', 'possessive')
    group by article_id, article_version

),

tolls as (

    select
        article_id,
        article_version,
        article_incident_id,
        max(best) filter (where harm_type = 'killed') as killed,
        max(best) filter (where harm_type = 'wounded') as wounded,
        max(best) filter (where harm_type in ('abducted', 'captured')) as taken
    from estimates
    group by article_id, article_version, article_incident_id

)

select
    {{ stable_id([
        "'unit'", 'attributes.article_id', 'attributes.article_version',
        'attributes.article_incident_id'
    ]) }} as unit_id,
    attributes.article_id,
    attributes.article_version,
    attributes.article_incident_id,
    attributes.published_at,
    -- The order in which the incidents were told: by publication, then by position.
    attributes.reading_order
    || ' ' || lpad(attributes.first_trigger_start::varchar, 8, '0')
    || ' ' || attributes.article_incident_id as unit_order,
    row_number() over (
        partition by attributes.article_id
        order by attributes.first_trigger_start, attributes.article_incident_id
    ) as unit_index,
    -- What the article is about: its counted incident with most killed and wounded, the first told
    -- among equals.
    row_number() over (
        partition by attributes.article_id
        order by
            attributes.level not in ('atomic', 'group'),
            -coalesce(tolls.killed, 0) - coalesce(tolls.wounded, 0),
            attributes.first_trigger_start,
            attributes.article_incident_id
    ) = 1 as is_main,
    near_duplicates.near_duplicate_group_id,
    attributes.level,
    attributes.incident_type,
    attributes.family,
    nullif(attributes.broader_type, '') as broader_type,
    attributes.dates.s as date_start,
    attributes.dates.e as date_end,
    attributes.dates.p as date_precision,
    attributes.place.id as location_id,
    attributes.place.p as location_precision,
    attributes.place.country as country_iso3,
    attributes.place.admin1,
    attributes.place.lat as latitude,
    attributes.place.lon as longitude,
    named_places.place_names,
    named_places.named_location_ids,
    attributes.weapon,
    parties.perpetrator_parties,
    parties.target_parties,
    victims.victim_categories,
    tolls.killed,
    tolls.wounded,
    tolls.taken,
    -- Operations and background wars are never counted: same kind, place and dates are enough to be the same.
    case
        when
            attributes.level not in ('atomic', 'group')
            and (attributes.place.id is not null or parties.perpetrator_parties is not null)
            then {{ stable_id([
                "'backdrop'", 'attributes.level', 'attributes.incident_type',
                "coalesce(attributes.place.id, '')", "coalesce(parties.perpetrator_parties::varchar, '')",
                "coalesce(attributes.dates.s::varchar, '')", "coalesce(attributes.dates.e::varchar, '')"
            ]) }}
    end as link_key,
    attributes.fingerprint
from attributes
inner join near_duplicates on attributes.article_id = near_duplicates.article_id
left join named_places
    on
        attributes.article_id = named_places.article_id
        and attributes.article_version = named_places.article_version
left join parties
    on
        attributes.article_id = parties.article_id
        and attributes.article_version = parties.article_version
        and attributes.article_incident_id = parties.article_incident_id
left join victims
    on
        attributes.article_id = victims.article_id
        and attributes.article_version = victims.article_version
        and attributes.article_incident_id = victims.article_incident_id
left join tolls
    on
        attributes.article_id = tolls.article_id
        and attributes.article_version = tolls.article_version
        and attributes.article_incident_id = tolls.article_incident_id
{{ oldest_first('attributes.published_at') }}
