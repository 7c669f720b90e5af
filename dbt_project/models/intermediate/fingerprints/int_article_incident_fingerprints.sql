with

fingerprints as (

    select * from {{ ref('int_article_fingerprints') }}
    where fingerprint is not null

),

near_duplicates as (

    select * from {{ ref('int_near_duplicates') }}

),

clusters as (

    select * from {{ ref('int_incident_clusters') }}

),

links as (

    select
        article_id,
        article_version,
        {{ rows_hash(['unit_id', 'incident_id', 'link_rule', 'score']) }} as incidents
    from clusters
    group by article_id, article_version

),

versions as (

    select
        fingerprints.article_id,
        fingerprints.article_version,
        near_duplicates.near_duplicate_group_id,
        hash(fingerprints.fingerprint, links.incidents) as fingerprint
    from fingerprints
    inner join near_duplicates on fingerprints.article_id = near_duplicates.article_id
    left join links
        on
            fingerprints.article_id = links.article_id
            and fingerprints.article_version = links.article_version

),

copies as (

    -- One copy of a statement stands for all, so the copies of an article are made anew together.
    select
        near_duplicate_group_id,
        list(fingerprint order by article_id, article_version) as fingerprints
    from versions
    group by near_duplicate_group_id

),

fingerprinted as (

    select
        versions.article_id,
        versions.article_version,
        hash(versions.fingerprint, copies.fingerprints) as fingerprint
    from versions
    inner join copies on versions.near_duplicate_group_id = copies.near_duplicate_group_id

)

{{ with_changes('fingerprinted', ['article_id', 'article_version']) }}
