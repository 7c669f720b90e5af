with

articles as (

    select * from {{ ref('int_articles') }}

),

near_duplicates as (

    select * from {{ ref('int_near_duplicates') }}

),

corrections as (

    select * from {{ ref('int_article_corrections') }}

),

mentions as (

    select * from {{ ref('int_corrected_incident_mentions') }}

),

locations as (

    select
        location_id,
        hash(locations) as place -- noqa: RF02
    from {{ ref('int_locations') }} as locations -- noqa: AL05

),

reference as (

    select * from {{ ref('int_reference_fingerprint') }}

),

places as (

    -- A newer gazetteer may know the places of the article better. To group by a number is far faster.
    select
        hash(mentions.article_id, mentions.article_version) as version_hash,
        {{ rows_hash(['mentions.incident_mention_id', 'locations.place']) }} as places
    from mentions
    inner join locations on mentions.location_id = locations.location_id
    group by hash(mentions.article_id, mentions.article_version)

),

versions as (

    select
        articles.article_id,
        articles.article_version,
        articles.reading_order,
        near_duplicates.near_duplicate_group_id,
        near_duplicates.first_source_id,
        hash(
            articles, -- noqa: RF02
            corrections.corrections_hash,
            places.places,
            reference.fingerprint
        ) as fingerprint
    from articles
    inner join near_duplicates on articles.article_id = near_duplicates.article_id
    cross join reference
    left join corrections on articles.article_id = corrections.article_id
    left join places on hash(articles.article_id, articles.article_version) = places.version_hash

),

copies as (

    select
        near_duplicate_group_id,
        min(reading_order) as reading_order,
        {{ rows_hash(['fingerprint']) }} as fingerprints
    from versions
    group by near_duplicate_group_id

),

fingerprinted as (

    select
        versions.article_id,
        versions.article_version,
        copies.reading_order,
        hash(versions.fingerprint, versions.first_source_id, copies.fingerprints) as fingerprint
    from versions
    inner join copies on versions.near_duplicate_group_id = copies.near_duplicate_group_id

)

{{ with_changes('fingerprinted', ['article_id', 'article_version']) }}
