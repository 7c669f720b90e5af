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

clusters as{{ read_first() }} (

    select * from {{ rows_of(ref('int_incident_clusters'), 'article_id', 'new_articles') }}

),

mentions as{{ read_first() }} (

    select * from {{ rows_of_view(ref('int_corrected_incident_mentions'), 'article_id', 'new_articles') }}

),

decided_pairs as (

    select * from {{ ref('int_decided_mention_pairs') }}

),

decisions as (

    -- The last named decision on with what the mention belongs together.
    select
        incident_mention_id,
        arg_max(correction_id, (corrected_at, correction_id)) as correction_id
    from (
        select
            unnest([incident_mention_id_a, incident_mention_id_b]) as incident_mention_id,
            correction_id,
            corrected_at
        from decided_pairs
    ) as decided_mentions
    group by incident_mention_id

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
    coalesce(decisions.correction_id, mentions.correction_id) as correction_id,
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
left join decisions on mentions.incident_mention_id = decisions.incident_mention_id
