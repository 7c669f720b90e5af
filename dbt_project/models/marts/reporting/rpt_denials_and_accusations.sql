{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook=[
            "{{ delete_changed(ref('int_article_statement_fingerprints'), ['article_id', 'article_version']) }}",
            "{{ delete_changed(ref('int_incident_fingerprints'), ['incident_id'], ['about_incident_id']) }}"
        ]
    )
}}

-- depends_on: {{ ref('int_article_statement_fingerprints') }}, {{ ref('int_incident_fingerprints') }}
with

new_articles as (

    {{ changed(ref('int_article_statement_fingerprints'), ['article_id', 'fingerprint']) }}

),

new_incidents as (

    {{ changed(ref('int_incident_fingerprints'), ['incident_id']) }}

),

new_statements as (

    select statement_id
    from {{ ref('fct_official_statements') }}
    where
        is_current_version
        and fingerprint in (select new_articles.fingerprint from new_articles)

    union

    select statement_id
    from {{ ref('fct_official_statements') }}
    where
        is_current_version
        and about_incident_id in (select new_incidents.incident_id from new_incidents)

),

acts as materialized (

    select * from {{ rows_of(ref('fct_statement_acts'), 'statement_id', 'new_statements') }}
    where speech_act in ('ACCUSE', 'CONDEMN', 'DENY', 'REFUTE_REPORT', 'CLAIM_RESPONSIBILITY')

),

statements as (

    select * from {{ rows_of(ref('fct_official_statements'), 'statement_id', 'acts') }}

),

incidents as (

    select *
    from {{ rows_of(ref('fct_incidents'), 'incident_id', 'statements', 'about_incident_id') }}

),

actors as (

    select * from {{ ref('int_actors') }}

)

select
    acts.statement_id,
    acts.act_index,
    acts.speech_act,
    statements.article_id,
    statements.article_version,
    statements.publisher,
    statements.published_at,
    statements.statement_date_start,
    statements.statement_date_end,
    coalesce(statements.organisation_actor_id, statements.speaker_actor_id) as speaker_actor_id,
    coalesce(speakers.name, statements.speaker_name, statements.source_text) as speaker_name,
    speakers.party_id as speaker_party_id,
    acts.target_actor_id,
    targets.name as target_name,
    targets.party_id as target_party_id,
    statements.about_incident_id,
    statements.statement_group_id,
    incidents.incident_type,
    incidents.date_start as incident_date_start,
    incidents.location_name,
    incidents.killed_best,
    acts.act_text,
    acts.act_start,
    acts.act_end,
    statements.content_text,
    statements.content_start,
    statements.content_end
from acts
inner join statements on acts.statement_id = statements.statement_id
left join incidents on statements.about_incident_id = incidents.incident_id
left join actors as speakers
    on coalesce(statements.organisation_actor_id, statements.speaker_actor_id) = speakers.actor_id
left join actors as targets on acts.target_actor_id = targets.actor_id
{{ oldest_first('statements.published_at') }}
