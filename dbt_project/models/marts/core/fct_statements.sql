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

statements as materialized (

    select * from {{ rows_of(ref('int_statements'), 'article_id', 'new_articles') }}

),

statement_groups as materialized (

    select * from {{ rows_of(ref('int_statement_groups'), 'article_id', 'new_articles') }}

)

select
    statements.statement_id,
    statements.utterance_id,
    statements.article_id,
    statements.article_version,
    statements.sentence_index,
    statements.source_text,
    statements.source_start,
    statements.source_end,
    statements.source_form,
    statements.speaker_actor_id,
    statements.speaker_name,
    statements.organisation_actor_id,
    statements.speaker_role,
    statements.speaker_rule,
    statements.is_official,
    statements.is_statement,
    statements.cue_text,
    statements.cue_start,
    statements.cue_end,
    statements.cue_lemma,
    statements.content_text,
    statements.content_start,
    statements.content_end,
    statements.quote_type,
    statements.nested_in_statement_id,
    statements.paraphrase_of,
    statements.statement_date_start,
    statements.statement_date_end,
    statements.statement_date_precision,
    statements.statement_date_rule,
    statements.is_heading,
    statements.confidence,
    statements.carrier_text,
    statements.about_article_incident_id,
    statements.speech_act,
    statements.about_incident_id,
    statement_groups.statement_group_id,
    statement_groups.link_rule as group_link_rule,
    statement_groups.score as group_score,
    statements.speaker_party_id,
    statements.publisher,
    statements.published_at,
    statements.is_current_version,
    statements.is_rejected,
    statements.correction_id,
    new_articles.fingerprint
from statements
inner join new_articles
    on
        statements.article_id = new_articles.article_id
        and statements.article_version = new_articles.article_version
left join statement_groups on statements.statement_id = statement_groups.statement_id
{{ oldest_first('statements.published_at') }}
