{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_article_statement_fingerprints'), ['article_id', 'article_version']) }}"
    )
}}

-- depends_on: {{ ref('int_article_statement_fingerprints') }}
with

new_articles as (

    {{ unbuilt(ref('int_article_statement_fingerprints'), ['article_id', 'article_version']) }}

),

statements as (

    select * from {{ rows_of(ref('fct_statements'), 'fingerprint', 'new_articles') }}

)

select *
from statements
where is_official and is_statement
