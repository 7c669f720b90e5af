with

clusters as (

    select * from {{ ref('int_incident_clusters') }}

),

fingerprints as (

    select * from {{ ref('int_article_incident_fingerprints') }}

)

select
    clusters.incident_id,
    hash(
        list(
            struct_pack(u := clusters.unit_id, f := fingerprints.fingerprint)
            order by clusters.unit_id
        )
    ) as fingerprint
from clusters
inner join fingerprints
    on
        clusters.article_id = fingerprints.article_id
        and clusters.article_version = fingerprints.article_version
group by clusters.incident_id
