with

source as (

    select
        *,
        rowid as row_position
    from {{ source('staging', 'article_extractions') }}

),

selected as (

    select
        article_id,
        article_version,
        extractor_version,
        extracted_at,
        seconds,
        token_count,
        sentence_count,
        statement_count,
        incident_mention_count,
        casualty_count,
        error,
        document_kind,
        document_actor_id,
        document_rule,
        row_position

    from source

)

select * from selected
