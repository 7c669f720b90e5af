{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_replaced_articles(ref('stg_article_extractions'), 'extracted_at') }}"
    )
}}

-- depends_on: {{ ref('stg_article_extractions') }}
with

contents as (

    select * from {{ ref('stg_statement_contents') }}

),

extractions as (

    select
        article_id,
        article_version,
        max(extracted_at) as extracted_at
    from {{ ref('stg_article_extractions') }}
    group by article_id, article_version

)

select
    contents.statement_id,
    contents.piece_index,
    contents.article_id,
    contents.article_version,
    contents.piece_kind,
    contents.text,
    contents.char_start,
    contents.char_end,
    extractions.extracted_at
from contents
inner join extractions
    on
        contents.article_id = extractions.article_id
        and contents.article_version = extractions.article_version
where {{ is_not_yet_built('extracted_at', 'extractions') }}
