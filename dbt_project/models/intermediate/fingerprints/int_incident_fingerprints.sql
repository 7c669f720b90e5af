with

clusters as (

    select * from {{ ref('int_incident_clusters') }}

),

fingerprints as (

    select * from {{ ref('int_article_incident_fingerprints') }}

),

fingerprinted as (

    select
        clusters.incident_id,
        {{ rows_hash(['clusters.unit_id', 'fingerprints.fingerprint']) }} as fingerprint
    from clusters
    inner join fingerprints
        on
            clusters.article_id = fingerprints.article_id
            and clusters.article_version = fingerprints.article_version
    group by clusters.incident_id

)

{{ with_changes('fingerprinted', ['incident_id']) }}
