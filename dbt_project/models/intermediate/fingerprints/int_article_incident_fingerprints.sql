with

fingerprints as (

    select * from {{ ref('int_article_fingerprints') }}

),

clusters as (

    select * from {{ ref('int_incident_clusters') }}

),

links as (

    select
        article_id,
        article_version,
        list(
            struct_pack(u := unit_id, i := incident_id, r := link_rule, s := score) order by unit_id
        ) as incidents
    from clusters
    group by article_id, article_version

)

select
    fingerprints.article_id,
    fingerprints.article_version,
    hash(fingerprints.fingerprint, links.incidents) as fingerprint
from fingerprints
left join links
    on
        fingerprints.article_id = links.article_id
        and fingerprints.article_version = links.article_version
