{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_incident_fingerprints'), ['incident_id']) }}"
    )
}}

-- depends_on: {{ ref('int_incident_fingerprints') }}
with

new_incidents as (

    {{ unbuilt(ref('int_incident_fingerprints'), ['incident_id']) }}

),

claims as (

    select *
    from {{ rows_of(ref('int_incident_claims'), 'incident_id', 'new_incidents') }}

),

sentences as{{ read_first() }} (

    select * from {{ rows_of_view(ref('stg_sentences'), 'article_id', 'claims') }}

),

articles as{{ read_first() }} (

    select * from {{ rows_of_view(ref('stg_articles'), 'article_id', 'claims') }}

),

described as{{ read_first() }} (

    select * from {{ rows_of(ref('int_articles'), 'article_id', 'claims') }}

),

actors as (

    select * from {{ ref('int_actors') }}

)

select
    claims.casualty_id,
    claims.incident_id,
    claims.claim_text,
    claims.claim_start,
    claims.article_id,
    claims.article_version,
    claims.known_at,
    -- Who reads a report wants a name, not "it" or "the ministry".
    case
        when claims.is_journalist then described.source_name
        else coalesce(actors.name, claims.claimed_by_name)
    end as speaker_name,
    case
        when not claims.is_journalist then claims.claimed_by_name
    end as source_text,
    described.source_name as publisher,
    articles.title,
    articles.url,
    substring(
        articles.body, sentences.char_start + 1, sentences.char_end - sentences.char_start
    ) as quotation,
    claims.fingerprint
from claims
inner join articles
    on claims.article_id = articles.article_id and claims.article_version = articles.article_version
inner join described
    on
        claims.article_id = described.article_id
        and claims.article_version = described.article_version
inner join sentences
    on
        claims.article_id = sentences.article_id
        and claims.article_version = sentences.article_version
        and claims.sentence_index = sentences.sentence_index
left join actors on claims.claimed_by_actor_id = actors.actor_id
{{ oldest_first('claims.known_at') }}
