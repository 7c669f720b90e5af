{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_article_fingerprints'), ['article_id', 'article_version']) }}"
    )
}}

-- depends_on: {{ ref('int_article_fingerprints') }}
with

new_articles as (

    {{ unbuilt(ref('int_article_fingerprints'), ['article_id', 'article_version']) }}

),

articles as (

    select * from {{ rows_of_view(ref('stg_articles'), 'article_id', 'new_articles') }}

),

described as (

    select * from {{ rows_of(ref('int_articles'), 'article_id', 'new_articles') }}

),

near_duplicates as (

    select * from {{ rows_of(ref('int_near_duplicates'), 'article_id', 'new_articles') }}

),

sentences as (

    -- Sentences are numbered from 0 without gaps.
    select
        article_id,
        article_version,
        list(char_start order by sentence_index) as sentence_starts,
        list(char_end order by sentence_index) as sentence_ends
    from {{ rows_of_view(ref('stg_sentences'), 'article_id', 'new_articles') }}
    group by article_id, article_version

)

select
    articles.article_id,
    articles.article_version,
    articles.external_id,
    described.source_id,
    articles.publisher,
    articles.url,
    articles.title,
    articles.body,
    articles.body_sha256,
    articles.language,
    articles.published_at,
    articles.published_on,
    articles.published_at_source,
    articles.ingested_at,
    articles.withdrawn_at,
    near_duplicates.near_duplicate_group_id,
    described.supersedes_version,
    described.is_current,
    described.document_kind,
    described.document_actor_id,
    described.document_rule,
    sentences.sentence_starts,
    sentences.sentence_ends,
    new_articles.fingerprint
from new_articles
inner join articles
    on
        new_articles.article_id = articles.article_id
        and new_articles.article_version = articles.article_version
inner join described
    on
        articles.article_id = described.article_id
        and articles.article_version = described.article_version
inner join near_duplicates on articles.article_id = near_duplicates.article_id
left join sentences
    on
        articles.article_id = sentences.article_id
        and articles.article_version = sentences.article_version
{{ oldest_first('articles.published_at') }}
