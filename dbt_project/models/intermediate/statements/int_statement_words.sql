{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_articles'), ['article_id', 'article_version'], 'extracted_at') }}"
    )
}}

{% set months = 'january|february|march|april|may|june|july|august|september|october|november|december' %}
-- depends_on: {{ ref('int_articles') }}
with

new_extractions as (

    {{ unbuilt(ref('int_articles'), ['article_id', 'article_version'], 'extracted_at') }}

),

statements as (

    select * from {{ rows_of_view(ref('stg_statement_mentions'), 'article_id', 'new_extractions') }}

),

contents as (

    select
        statements.statement_id,
        statements.article_id,
        statements.article_version,
        new_extractions.extracted_at,
        regexp_replace(
            coalesce(statements.content_text, ''), '([0-9]),([0-9]{3})', '\1\2', 'g'
        ) as content
    from statements
    inner join new_extractions
        on
            statements.article_id = new_extractions.article_id
            and statements.article_version = new_extractions.article_version

),

tokens as (

    select
        *,
        regexp_extract_all(lower(content), '[\p{L}\p{N}]+') as words,
        [hash(word) for word in words] as word_hashes,
        -- Written small: no names.
        regexp_extract_all(content, '\b\p{Ll}[\p{L}\p{N}]*') as plain_words,
        -- Days and hours are no figures.
        regexp_extract_all(
            regexp_replace(
                lower(content),
                '({{ months }}) [0-9]{1,2}\b|\b[0-9]{1,2} ({{ months }})'
                || '|\b(19|20)[0-9]{2}\b|[0-9]{1,2}[:.][0-9]{2}',
                ' ',
                'g'
            ),
            '[\p{L}\p{N}]+'
        ) as figure_words
    from contents

)

select
    statement_id,
    article_id,
    article_version,
    extracted_at,
    len(words) as word_count,
    hash(words) as words_hash,
    {{ content_stems('words') }} as stem_hashes,
    {{ content_stems('plain_words') }} as plain_stem_hashes,
    {{ figures('figure_words') }} as figures,
    -- Every run of four words.
    list_distinct({{ word_runs('word_hashes', 4, 'len(word_hashes) - 3') }}) as runs
from tokens
