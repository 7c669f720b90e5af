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

acts as (

    select * from {{ ref('stg_statement_acts') }}

),

new_extractions as (

    {{ unbuilt(ref('int_articles'), ['article_id', 'article_version'], 'extracted_at') }}

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
    new_extractions.extracted_at
from acts
inner join new_extractions
    on
        acts.article_id = new_extractions.article_id
        and acts.article_version = new_extractions.article_version
