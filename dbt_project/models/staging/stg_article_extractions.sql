with

source as (

    select * from {{ source('staging', 'article_extractions') }}

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
        document_rule

    from source

)

select * from selected
