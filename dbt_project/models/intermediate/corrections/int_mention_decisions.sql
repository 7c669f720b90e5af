with

object_corrections as (

    select * from {{ ref('int_object_corrections') }}
    where object_type in ('incident', 'incident_mention')

),

pairs as (

    select * from {{ ref('int_decided_mention_pairs') }}

),

corrections as (

    select * from {{ ref('stg_corrections') }}

),

mentions as (

    select * from {{ ref('stg_incident_mentions') }}

),

sentences as (

    select * from {{ ref('stg_sentences') }}

),

articles as (

    select * from {{ ref('stg_articles') }}

),

decisions as (

    select
        object_id as incident_mention_id,
        correction_id,
        case when is_rejected then 'reject' else 'edit' end as decision
    from object_corrections

    union all

    select
        unnest([incident_mention_id_a, incident_mention_id_b]) as incident_mention_id,
        correction_id,
        decision
    from pairs

)

select
    decisions.correction_id,
    decisions.incident_mention_id,
    decisions.decision,
    corrections.corrected_at,
    mentions.article_id,
    {{ sentence_key() }} as sentence_key,
    {{ trigger_offset() }} as trigger_offset
from decisions
inner join corrections on decisions.correction_id = corrections.correction_id
inner join mentions on decisions.incident_mention_id = mentions.incident_mention_id
inner join sentences
    on
        mentions.article_id = sentences.article_id
        and mentions.article_version = sentences.article_version
        and mentions.sentence_index = sentences.sentence_index
inner join articles
    on
        mentions.article_id = articles.article_id
        and mentions.article_version = articles.article_version
