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

acts as (

    select * from {{ rows_of_view(ref('int_corrected_statement_acts'), 'article_id', 'new_articles') }}

)

select
    acts.statement_id,
    acts.act_index,
    acts.article_id,
    acts.article_version,
    acts.speech_act,
    acts.polarity,
    acts.modality,
    acts.addressee_actor_id,
    acts.target_actor_id,
    acts.act_text,
    acts.act_start,
    acts.act_end,
    acts.condition_text,
    acts.condition_start,
    acts.condition_end,
    acts.plover_event,
    acts.plover_mode,
    acts.cameo,
    new_articles.fingerprint
from acts
inner join new_articles
    on
        acts.article_id = new_articles.article_id
        and acts.article_version = new_articles.article_version
