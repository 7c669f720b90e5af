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

links as (

    select *
    from {{ rows_of(ref('bridge_incident_mentions'), 'incident_id', 'new_incidents') }}

),

mentions as{{ read_first() }} (

    select * from {{ rows_of_view(ref('int_corrected_incident_mentions'), 'article_id', 'links') }}

),

articles as{{ read_first() }} (

    select * from {{ rows_of_view(ref('stg_articles'), 'article_id', 'links') }}

),

described as{{ read_first() }} (

    select * from {{ rows_of(ref('int_articles'), 'article_id', 'links') }}

),

casualties as{{ read_first() }} (

    select *
    from {{ rows_of(ref('fct_casualties'), 'incident_id', 'new_incidents') }}
    where is_counted

),

actors as (

    select * from {{ ref('int_actors') }}

),

incident_articles as (

    select distinct
        links.incident_id,
        articles.article_id,
        described.reading_order,
        described.source_name,
        articles.title,
        articles.published_at,
        articles.ingested_at,
        coalesce(articles.url, articles.external_id, articles.article_id) as address
    from links
    inner join articles using (article_id, article_version)
    inner join described using (article_id, article_version)

),

article_lists as (

    select
        incident_id,
        count(*)::integer as article_count,
        string_agg(address, '; ' order by reading_order) as source_article,
        string_agg(source_name, '; ' order by reading_order) as source_office,
        string_agg(published_at::date::varchar, '; ' order by reading_order) as source_date,
        string_agg(title, '; ' order by reading_order) as source_headline,
        max(ingested_at) as last_ingested_at
    from incident_articles
    group by incident_id

),

voice_names as (

    select distinct
        casualties.incident_id,
        coalesce(actors.name, casualties.claimed_by_name) as voice_name
    from casualties
    left join actors on casualties.claimed_by_actor_id = actors.actor_id
    where coalesce(actors.name, casualties.claimed_by_name) is not null

),

voice_lists as (

    select
        incident_id,
        string_agg(voice_name, '; ' order by voice_name) as source_original
    from voice_names
    group by incident_id

),

place_names as (

    select
        links.incident_id,
        string_agg(distinct mentions.location_text, '; ' order by mentions.location_text)
            as where_description
    from links
    inner join mentions on links.incident_mention_id = mentions.incident_mention_id
    where mentions.location_text is not null
    group by links.incident_id

),

final as (

    select
        article_lists.incident_id,
        article_lists.article_count,
        article_lists.source_article,
        article_lists.source_office,
        article_lists.source_date,
        article_lists.source_headline,
        voice_lists.source_original,
        place_names.where_description,
        article_lists.last_ingested_at
    from article_lists
    left join voice_lists on article_lists.incident_id = voice_lists.incident_id
    left join place_names on article_lists.incident_id = place_names.incident_id

)

select
    final.*,
    new_incidents.fingerprint
from final
inner join new_incidents on final.incident_id = new_incidents.incident_id
