{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['article_id', 'article_version'],
        on_schema_change='fail'
    )
}}

-- depends_on: {{ ref('int_incident_members') }}, {{ ref('int_incident_units') }}
with

article_fingerprints as not materialized (

    -- Each use reads only the rows and columns it needs of the whole table.
    select * from {{ ref('int_article_fingerprints') }}

),

near_duplicates as not materialized (

    select * from {{ ref('int_near_duplicates') }}

),

touched as (

    select article_fingerprints.article_id
    from article_fingerprints
    {% if is_incremental() %}
        where article_fingerprints.is_changed

        union

        select units.article_id
        from {{ ref('int_incident_units') }} as units
        inner join {{ ref('int_incident_members') }} as members on units.unit_id = members.unit_id
        where members.is_changed
    {% endif %}

),

touched_groups as (

    -- One copy of a statement stands for all, so the copies of an article are made anew together.
    select distinct near_duplicate_group_id
    from near_duplicates
    where article_id in (select touched.article_id from touched)

),

articles as{{ read_first() }} (

    select
        article_id,
        near_duplicate_group_id
    from near_duplicates
    where
        near_duplicate_group_id in (
            select touched_groups.near_duplicate_group_id from touched_groups
        )

),

fingerprints as{{ read_first() }} (

    select * from article_fingerprints
    where
        fingerprint is not null
        and article_id in (select articles.article_id from articles)

),

clusters as{{ read_first() }} (

    select * from {{ rows_of(ref('int_incident_clusters'), 'article_id', 'articles') }}

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
        fingerprints.reading_order,
        articles.near_duplicate_group_id,
        hash(fingerprints.fingerprint, links.incidents) as fingerprint
    from fingerprints
    inner join articles on fingerprints.article_id = articles.article_id
    left join links
        on
            fingerprints.article_id = links.article_id
            and fingerprints.article_version = links.article_version

),

copies as (

    select
        near_duplicate_group_id,
        {{ rows_hash(['fingerprint']) }} as fingerprints
    from versions
    group by near_duplicate_group_id

),

fingerprinted as (

    select
        versions.article_id,
        versions.article_version,
        versions.reading_order,
        hash(versions.fingerprint, copies.fingerprints) as fingerprint
    from versions
    inner join copies on versions.near_duplicate_group_id = copies.near_duplicate_group_id

),

gone as (

    select
        article_id,
        article_version
    from article_fingerprints
    where fingerprint is null

)

{{ new_changes('fingerprinted', ['article_id', 'article_version'], 'gone', with_former=true) }}
