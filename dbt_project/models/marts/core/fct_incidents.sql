{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_incident_fingerprints'), ['incident_id']) }}"
    )
}}

-- depends_on: {{ ref('int_incident_fingerprints') }}
with

new_incidents as (

    {{ unbuilt(ref('int_incident_fingerprints'), ['incident_id']) }}

),

clusters as{{ read_first() }} (

    select *
    from {{ rows_of(ref('int_incident_clusters'), 'incident_id', 'new_incidents') }}

),

units as{{ read_first() }} (

    select * from {{ rows_of(ref('int_incident_units'), 'unit_id', 'clusters') }}

),

links as (

    select *
    from {{ rows_of(ref('bridge_incident_mentions'), 'incident_id', 'new_incidents') }}

),

mentions as{{ read_first() }} (

    select * from {{ rows_of_view(ref('int_corrected_incident_mentions'), 'article_id', 'links') }}

),

articles as{{ read_first() }} (

    select * from {{ rows_of(ref('int_articles'), 'article_id', 'links') }}

),

raw_articles as{{ read_first() }} (

    select * from {{ rows_of_view(ref('stg_articles'), 'article_id', 'links') }}

),

corrections as (

    select * from {{ ref('int_incident_corrections') }}

),

locations as (

    select * from {{ ref('int_locations') }}

),

participants as{{ read_first() }} (

    select *
    from {{ rows_of(ref('int_incident_participants'), 'incident_id', 'new_incidents') }}

),

estimates as{{ read_first() }} (

    select *
    from {{ rows_of(ref('fct_casualty_estimates'), 'incident_id', 'new_incidents') }}
    where rule = 'default'

),

type_ancestors as (

    select * from {{ ref('int_incident_type_ancestors') }}

),

incident_units as (

    select
        clusters.incident_id,
        units.*
    from clusters
    inner join units on clusters.unit_id = units.unit_id

),

type_support as (

    -- As inside one article: a report of a kind supports its narrower kinds too.
    select
        reported.incident_id,
        reported.incident_type,
        type_ancestors.depth,
        count(*) as support
    from (
        select distinct
            incident_id,
            incident_type
        from incident_units
    ) as reported
    inner join type_ancestors on reported.incident_type = type_ancestors.incident_type
    inner join incident_units as supporting
        on
            reported.incident_id = supporting.incident_id
            and type_ancestors.ancestor_type = supporting.incident_type
    group by all

),

ranked_units as (

    select
        incident_units.*,
        coalesce(type_support.support, 0) as type_votes,
        coalesce(type_support.depth, 0) as type_depth,
        count(*) over (
            partition by incident_units.incident_id, incident_units.location_id
        ) as location_votes,
        count(*) over (
            partition by
                incident_units.incident_id, incident_units.date_start, incident_units.date_end
        ) as date_votes,
        count(*) over (
            partition by incident_units.incident_id, incident_units.weapon
        ) as weapon_votes
    from incident_units
    left join type_support
        on
            incident_units.incident_id = type_support.incident_id
            and incident_units.incident_type = type_support.incident_type

),

attributes as (

    -- The most precise date and place that most reports give, of two dates the earlier one;
    -- the type and weapon that most reports give.
    select
        incident_id,
        arg_min(incident_type, (-type_votes, -type_depth, unit_order)) as incident_type,
        arg_min(level, unit_order) as level,
        arg_min(
            struct_pack(s := date_start, e := date_end, p := date_precision),
            (date_precision, -date_votes, date_start, unit_order)
        ) filter (where date_start is not null) as dates,
        arg_min(
            struct_pack(id := location_id, p := location_precision),
            (coalesce(location_precision, 9), -location_votes, unit_order)
        ) filter (where location_id is not null) as place,
        arg_min(weapon, (-weapon_votes, unit_order)) filter (where weapon is not null) as weapon
    from ranked_units
    group by incident_id

),

corrected as (

    select
        attributes.incident_id,
        attributes.level,
        {{ corrected('attributes', 'incident_type') }} as incident_type,
        {{ corrected_date_start('attributes.dates.s', 'attributes.dates.e') }} as date_start,
        {{ corrected_date_end('attributes.dates.s', 'attributes.dates.e') }} as date_end,
        case
            when map_contains(corrections.edits, 'date_precision')
                then corrections.edits['date_precision']::integer
            else attributes.dates.p
        end as date_precision,
        case
            when map_contains(corrections.edits, 'location_id')
                then corrections.edits['location_id']
            else attributes.place.id
        end as location_id,
        case
            when map_contains(corrections.edits, 'location_precision')
                then corrections.edits['location_precision']::integer
            else attributes.place.p
        end as location_precision,
        {{ corrected('attributes', 'weapon') }} as weapon,
        corrections.correction_id
    from attributes
    left join corrections on attributes.incident_id = corrections.incident_id

),

coverage as (

    select
        links.incident_id,
        count(*)::integer as mention_count,
        count(distinct links.article_id)::integer as article_count,
        count(distinct articles.source_id)::integer as publisher_count,
        min(articles.published_at) as first_reported_at,
        max(articles.published_at) as last_reported_at,
        list(distinct raw_articles.publisher order by raw_articles.publisher) as publishers,
        list(distinct raw_articles.url order by raw_articles.url) as urls,
        max(mentions.incident_count_min)::integer as incident_count_min,
        avg(mentions.confidence::decimal(9, 6)) as confidence
    from links
    inner join mentions on links.incident_mention_id = mentions.incident_mention_id
    inner join articles
        on
            links.article_id = articles.article_id
            and links.article_version = articles.article_version
    inner join raw_articles
        on
            links.article_id = raw_articles.article_id
            and links.article_version = raw_articles.article_version
    group by links.incident_id

),

sides as (

    select
        incident_id,
        max(actor_id) filter (where side = 'perpetrator') as perpetrator_actor_id,
        max(participant_name) filter (where side = 'perpetrator') as perpetrator_name,
        max(basis) filter (where side = 'perpetrator') as perpetrator_basis,
        max(actor_id) filter (where side = 'target') as target_actor_id,
        max(participant_name) filter (where side = 'target') as target_name
    from participants
    where preference = 1 and polarity = 'pos'
    group by incident_id

),

contested as (

    -- Several parties are named, or one that is named is also said not to have done it.
    select
        incident_id,
        count(distinct party_id) filter (where polarity = 'pos') > 1
        or len(list_intersect(
            list(party_id) filter (where polarity = 'pos' and party_id is not null),
            list(party_id) filter (where polarity = 'neg' and party_id is not null)
        )) > 0 as is_perpetrator_contested
    from participants
    where side = 'perpetrator'
    group by incident_id

),

tolls as (

    select
        incident_id,
        max(low) filter (where harm_type = 'killed') as killed_low,
        max(best) filter (where harm_type = 'killed') as killed_best,
        max(high) filter (where harm_type = 'killed') as killed_high,
        max(low) filter (where harm_type = 'wounded') as wounded_low,
        max(best) filter (where harm_type = 'wounded') as wounded_best,
        max(high) filter (where harm_type = 'wounded') as wounded_high,
        bool_or(is_disputed) as is_disputed
    from estimates
    group by incident_id

),

final as (

    select
        corrected.incident_id,
        corrected.incident_type,
        corrected.level,
        corrected.date_start,
        corrected.date_end,
        corrected.date_precision,
        corrected.location_id,
        locations.name as location_name,
        locations.country_iso3,
        locations.admin1,
        locations.admin2,
        locations.latitude,
        locations.longitude,
        corrected.location_precision,
        sides.perpetrator_actor_id,
        sides.perpetrator_name,
        sides.perpetrator_basis,
        coalesce(contested.is_perpetrator_contested, false) as is_perpetrator_contested,
        sides.target_actor_id,
        sides.target_name,
        corrected.weapon,
        coverage.incident_count_min,
        tolls.killed_low,
        tolls.killed_best,
        tolls.killed_high,
        tolls.wounded_low,
        tolls.wounded_best,
        tolls.wounded_high,
        coalesce(tolls.is_disputed, false) as is_disputed,
        coverage.mention_count,
        coverage.article_count,
        coverage.publisher_count,
        coverage.publishers,
        coverage.urls,
        coverage.first_reported_at,
        coverage.last_reported_at,
        round(coverage.confidence, 3) as confidence,
        corrected.correction_id
    from corrected
    inner join coverage on corrected.incident_id = coverage.incident_id
    left join locations on corrected.location_id = locations.location_id
    left join sides on corrected.incident_id = sides.incident_id
    left join contested on corrected.incident_id = contested.incident_id
    left join tolls on corrected.incident_id = tolls.incident_id

)

select
    final.*,
    new_incidents.fingerprint
from final
inner join new_incidents on final.incident_id = new_incidents.incident_id
{{ oldest_first('final.last_reported_at') }}
