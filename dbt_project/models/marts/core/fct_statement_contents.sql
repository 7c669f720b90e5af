{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_articles'), ['article_id', 'article_version'], 'extracted_at') }}"
    )
}}

-- depends_on: {{ ref('int_articles') }}
with

new_extractions as (

    {{ unbuilt(ref('int_articles'), ['article_id', 'article_version'], 'extracted_at') }}

),

contents as (

    select * from {{ rows_of_view(ref('stg_statement_contents'), 'article_id', 'new_extractions') }}

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
    new_extractions.extracted_at
from contents
inner join new_extractions
    on
        contents.article_id = new_extractions.article_id
        and contents.article_version = new_extractions.article_version
