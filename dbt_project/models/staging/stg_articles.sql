with

source as (

    select
        *,
        rowid as row_position
    from {{ source('raw', 'articles') }}

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
        withdrawn_at,
        row_position

    from source

)

select * from selected
