{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_article_incident_fingerprints'), ['article_id', 'article_version']) }}"
    )
}}

-- depends_on: {{ ref('int_article_incident_fingerprints') }}
with

new_articles as (

    {{ unbuilt(ref('int_article_incident_fingerprints'), ['article_id', 'article_version']) }}

),

clusters as (

    select * from {{ ref('int_incident_clusters') }}

),

mentions as (

    select * from {{ ref('stg_incident_mentions') }}

)

select
    clusters.incident_id,
    mentions.incident_mention_id,
    mentions.article_id,
    mentions.article_version,
    mentions.article_incident_id,
    clusters.link_rule,
    clusters.score,
    mentions.link_rule as article_link_rule,
    new_articles.fingerprint
from mentions
inner join new_articles
    on
        mentions.article_id = new_articles.article_id
        and mentions.article_version = new_articles.article_version
inner join clusters
    on
        mentions.article_id = clusters.article_id
        and mentions.article_version = clusters.article_version
        and mentions.article_incident_id = clusters.article_incident_id
