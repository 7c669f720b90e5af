with

articles as (

    select * from {{ ref('int_articles') }}

),

near_duplicates as (

    select * from {{ ref('int_near_duplicates') }}

),

overrides as (

    select * from {{ ref('incident_overrides') }}

),

mentions as (

    select * from {{ ref('stg_incident_mentions') }}

),

decisions as (

    -- What people decided about the article's mentions.
    select
        mentions.article_id,
        mentions.article_version,
        hash(list(overrides order by overrides)) as decided
    from overrides
    inner join mentions
        on mentions.incident_mention_id in (
            overrides.incident_mention_id_a, overrides.incident_mention_id_b
        )
    group by mentions.article_id, mentions.article_version

),

versions as (

    select
        articles.article_id,
        articles.article_version,
        near_duplicates.near_duplicate_group_id,
        near_duplicates.first_source_id,
        hash(articles, decisions.decided) as fingerprint
    from articles
    inner join near_duplicates on articles.article_id = near_duplicates.article_id
    left join decisions
        on
            articles.article_id = decisions.article_id
            and articles.article_version = decisions.article_version

),

copies as (

    select
        near_duplicate_group_id,
        list(fingerprint order by article_id, article_version) as fingerprints
    from versions
    group by near_duplicate_group_id

)

select
    versions.article_id,
    versions.article_version,
    hash(versions.fingerprint, versions.first_source_id, copies.fingerprints) as fingerprint
from versions
inner join copies on versions.near_duplicate_group_id = copies.near_duplicate_group_id
