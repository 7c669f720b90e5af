with

statements as (

    select * from {{ ref('stg_statement_mentions') }}

),

acts as (

    select * from {{ ref('stg_statement_acts') }}

),

articles as (

    select * from {{ ref('int_articles') }}

),

raw_articles as (

    select * from {{ ref('stg_articles') }}

),

statement_incidents as (

    select * from {{ ref('bridge_statement_incidents') }}

),

main_acts as (

    -- The first act is the one the cue names.
    select
        statement_id,
        arg_min(speech_act, act_index) as speech_act
    from acts
    group by statement_id

),

main_incidents as (

    select
        statement_id,
        arg_min(
            incident_id,
            (
                case link_basis when 'about' then 1 when 'asserts_casualties' then 2 else 3 end,
                incident_id
            )
        ) as incident_id
    from statement_incidents
    group by statement_id

)

select
    statements.statement_id,
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
    main_acts.speech_act,
    main_incidents.incident_id as about_incident_id,
    raw_articles.publisher,
    articles.published_at,
    articles.is_current as is_current_version
from statements
inner join articles
    on
        statements.article_id = articles.article_id
        and statements.article_version = articles.article_version
inner join raw_articles
    on
        statements.article_id = raw_articles.article_id
        and statements.article_version = raw_articles.article_version
left join main_acts on statements.statement_id = main_acts.statement_id
left join main_incidents on statements.statement_id = main_incidents.statement_id
