with

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
    mentions.link_rule as article_link_rule
from mentions
inner join clusters
    on
        mentions.article_id = clusters.article_id
        and mentions.article_version = clusters.article_version
        and mentions.article_incident_id = clusters.article_incident_id
