{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_article_incident_fingerprints'), ['article_id', 'article_version']) }}"
    )
}}

-- depends_on: {{ ref('int_article_incident_fingerprints') }}
with

new_articles as (

    {{ unbuilt(ref('int_article_incident_fingerprints'), ['article_id', 'article_version']) }}

),

statements as (

    select * from {{ rows_of_view(ref('int_corrected_statements'), 'article_id', 'new_articles') }}

),

acts as (

    select * from {{ rows_of_view(ref('int_corrected_statement_acts'), 'article_id', 'new_articles') }}

),

articles as (

    select * from {{ rows_of(ref('int_articles'), 'article_id', 'new_articles') }}

),

raw_articles as (

    select * from {{ rows_of_view(ref('stg_articles'), 'article_id', 'new_articles') }}

),

near_duplicates as (

    select * from {{ rows_of(ref('int_near_duplicates'), 'article_id', 'new_articles') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

statement_incidents as (

    select statement_incidents.*
    from {{ rows_of(ref('int_statement_incidents'), 'fingerprint', 'new_articles') }} as statement_incidents

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
                case link_rule when 'about' then 1 when 'asserts_casualties' then 2 else 3 end,
                incident_id
            )
        ) as incident_id
    from statement_incidents
    group by statement_id

)

select
    statements.*,
    new_articles.fingerprint,
    main_acts.speech_act,
    main_incidents.incident_id as about_incident_id,
    actors.party_id as speaker_party_id,
    raw_articles.publisher,
    articles.published_at,
    articles.reading_order,
    articles.is_current as is_current_version,
    near_duplicates.near_duplicate_group_id
from statements
inner join new_articles
    on
        statements.article_id = new_articles.article_id
        and statements.article_version = new_articles.article_version
inner join articles
    on
        statements.article_id = articles.article_id
        and statements.article_version = articles.article_version
inner join raw_articles
    on
        statements.article_id = raw_articles.article_id
        and statements.article_version = raw_articles.article_version
inner join near_duplicates on statements.article_id = near_duplicates.article_id
left join actors
    on coalesce(statements.organisation_actor_id, statements.speaker_actor_id) = actors.actor_id
left join main_acts on statements.statement_id = main_acts.statement_id
left join main_incidents on statements.statement_id = main_incidents.statement_id
{{ oldest_first('articles.published_at') }}
