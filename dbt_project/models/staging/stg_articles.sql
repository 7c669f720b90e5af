with

source as (

    select * from {{ source('raw', 'articles') }}

),

selected as (

    select
        article_id,
        article_version,
        external_id,
        title,
        publisher,
        url,
        language,
        published_at,
        published_on,
        published_at_source,
        body,
        body_sha256,
        content_sha256,
        source_path,
        encoding,
        batch_id,
        ingested_at,
        withdrawn_at

    from source

)

select * from selected
