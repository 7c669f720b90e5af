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

acts as (

    select * from {{ ref('stg_statement_acts') }}

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
    extractions.extracted_at
from acts
inner join extractions
    on
        acts.article_id = extractions.article_id
        and acts.article_version = extractions.article_version
where {{ is_not_yet_built('extracted_at', 'extractions') }}
