{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook=[
            "{{ delete_changed(ref('int_article_incident_fingerprints'), ['article_id', 'article_version']) }}",
            "{{ delete_issues_of_no_article(ref('int_incident_fingerprints')) }}"
        ]
    )
}}

-- depends_on: {{ ref('int_article_incident_fingerprints') }}, {{ ref('int_incident_fingerprints') }}
with

new_articles as (

    {{ changed(ref('int_article_incident_fingerprints'), ['article_id', 'article_version']) }}

),

new_incidents as (

    {{ changed(ref('int_incident_fingerprints'), ['incident_id']) }}

),

articles as (

    select * from {{ rows_of_view(ref('stg_articles'), 'article_id', 'new_articles') }}

),

described as (

    select * from {{ rows_of(ref('int_articles'), 'article_id', 'new_articles') }}

),

extractions as (

    select * from {{ rows_of_view(ref('stg_article_extractions'), 'article_id', 'new_articles') }}
    qualify row_number() over (
        partition by article_id, article_version
        order by extracted_at desc, extractor_version desc
    ) = 1

),

rejections as (

    select * from {{ ref('stg_rejected_documents') }}

),

statements as (

    select * from {{ rows_of_view(ref('stg_statement_mentions'), 'article_id', 'new_articles') }}

),

mentions as (

    select * from {{ rows_of_view(ref('stg_incident_mentions'), 'article_id', 'new_articles') }}

),

participants as (

    select * from {{ rows_of_view(ref('stg_incident_participants'), 'article_id', 'new_articles') }}

),

casualties as materialized (

    select * from {{ rows_of(ref('fct_casualties'), 'article_id', 'new_articles') }}

),

clusters as (

    select * from {{ rows_of(ref('int_incident_clusters'), 'incident_id', 'new_incidents') }}

),

article_estimates as (

    select * from {{ rows_of(ref('int_article_estimates'), 'article_id', 'clusters') }}
    where harm_type = 'killed'

),

estimating_articles as (

    select * from {{ rows_of(ref('int_articles'), 'article_id', 'article_estimates') }}

),

publisher_tolls as (

    -- What every publisher counted by its last article about an incident.
    select
        clusters.incident_id,
        estimating_articles.source_name,
        article_estimates.best
    from article_estimates
    inner join clusters
        on
            article_estimates.article_id = clusters.article_id
            and article_estimates.article_version = clusters.article_version
            and article_estimates.article_incident_id = clusters.article_incident_id
    inner join estimating_articles
        on
            article_estimates.article_id = estimating_articles.article_id
            and article_estimates.article_version = estimating_articles.article_version
    where estimating_articles.is_current
    qualify row_number() over (
        partition by clusters.incident_id, estimating_articles.source_name
        order by estimating_articles.reading_order desc, article_estimates.best desc
    ) = 1

),

issues as (

    select
        'not_extracted' as issue_type,
        articles.article_id,
        articles.article_version,
        articles.article_id as subject_id,
        'The article has not been read yet' as detail
    from articles
    left join extractions using (article_id, article_version)
    where extractions.article_id is null

    union all

    select
        'extraction_error' as issue_type,
        article_id,
        article_version,
        article_id as subject_id,
        error as detail
    from extractions
    where error is not null

    union all

    select
        'nothing_found' as issue_type,
        article_id,
        article_version,
        article_id as subject_id,
        'Read without error; no statement, incident or casualty was found' as detail
    from extractions
    where
        error is null
        and statement_count = 0
        and incident_mention_count = 0
        and casualty_count = 0

    union all

    select
        'undated_article' as issue_type,
        article_id,
        article_version,
        article_id as subject_id,
        'No publication date: relative dates stay unresolved' as detail
    from articles
    where published_at is null

    union all

    select
        'unresolved_speaker' as issue_type,
        article_id,
        article_version,
        statement_id as subject_id,
        source_text as detail
    from statements
    where
        is_official
        and speaker_actor_id is null
        and organisation_actor_id is null

    union all

    select
        'unresolved_participant' as issue_type,
        article_id,
        article_version,
        mention_id as subject_id,
        any_value(participant_text) as detail
    from participants
    -- Victims are often nobody's: "people" are no actor to be found.
    where actor_id is null and role in ('perpetrator', 'initiator')
    group by article_id, article_version, mention_id

    union all

    select
        'unresolved_source' as issue_type,
        article_id,
        article_version,
        casualty_id as subject_id,
        claimed_by_name as detail
    from casualties
    where claimed_by_actor_id is null and attribution_kind in ('explicit', 'inherited')

    union all

    select
        'unresolved_place' as issue_type,
        article_id,
        article_version,
        incident_mention_id as subject_id,
        location_text as detail
    from mentions
    where location_id is null and location_text is not null

    union all

    select
        'incident_without_date' as issue_type,
        article_id,
        article_version,
        incident_mention_id as subject_id,
        trigger_text as detail
    from mentions
    where
        date_start is null and realis = 'actual' and level in ('atomic', 'group')

    union all

    select
        'casualties_without_incident' as issue_type,
        article_id,
        article_version,
        casualty_id as subject_id,
        claim_text as detail
    from casualties
    where is_counted and incident_id is null

),

article_issues as (

    select
        issues.issue_type,
        issues.article_id,
        issues.article_version,
        articles.external_id,
        articles.source_path,
        issues.subject_id,
        issues.detail
    from issues
    inner join new_articles using (article_id, article_version)
    inner join articles using (article_id, article_version)
    inner join described using (article_id, article_version)
    where described.is_current

),

document_issues as (

    select
        'rejected_document' as issue_type,
        null::varchar as article_id,
        null::integer as article_version,
        external_id,
        source_path,
        rejection_id as subject_id,
        reason as detail
    from rejections

),

incident_issues as (

    -- The largest toll is at least half again the smallest.
    select
        'low_agreement' as issue_type,
        null::varchar as article_id,
        null::integer as article_version,
        null::varchar as external_id,
        null::varchar as source_path,
        incident_id as subject_id,
        string_agg(source_name || ' ' || best, ', ' order by best, source_name) as detail
    from publisher_tolls
    group by incident_id
    having count(*) > 1 and max(best) * 2 >= min(best) * 3 and max(best) > min(best)

),

unioned as (

    select * from article_issues

    union all by name

    select * from incident_issues

    union all by name

    select * from document_issues

)

select
    {{ stable_id(["'issue'", 'issue_type', 'subject_id']) }} as issue_id,
    issue_type,
    article_id,
    article_version,
    external_id,
    source_path,
    subject_id,
    detail
from unioned
