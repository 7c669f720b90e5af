{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_replaced_articles(ref('stg_article_extractions'), 'extracted_at', is_corrected=true) }}"
    )
}}

-- depends_on: {{ ref('stg_article_extractions') }}
with

acts as (

    select * from {{ ref('int_corrected_statement_acts') }}

),

article_corrections as (

    select * from {{ ref('int_article_corrections') }}

),

extractions as (

    select
        extractions.article_id,
        extractions.article_version,
        max(extractions.extracted_at) as extracted_at,
        coalesce(any_value(article_corrections.corrections_hash), '') as corrections_hash
    from {{ ref('stg_article_extractions') }} as extractions
    left join article_corrections on extractions.article_id = article_corrections.article_id
    group by extractions.article_id, extractions.article_version

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
    extractions.extracted_at,
    extractions.corrections_hash
from acts
inner join extractions
    on
        acts.article_id = extractions.article_id
        and acts.article_version = extractions.article_version
where {{ is_not_yet_built('extracted_at', 'extractions') }}
