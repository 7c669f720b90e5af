with

articles as (

    select * from {{ ref('stg_articles') }}

),

described as (

    select * from {{ ref('int_articles') }}

),

extractions as (

    select * from {{ ref('stg_article_extractions') }}
    qualify row_number() over (
        partition by article_id, article_version
        order by extracted_at desc, extractor_version desc
    ) = 1

),

rejections as (

    select * from {{ ref('stg_rejected_documents') }}

),

statements as (

    select * from {{ ref('stg_statement_mentions') }}

),

mentions as (

    select * from {{ ref('stg_incident_mentions') }}

),

casualties as (

    select * from {{ ref('fct_casualties') }}

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

unioned as (

    select * from article_issues

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
