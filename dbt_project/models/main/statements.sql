-- Names without a database: whoever attaches the published file gives it a name of their own.
with

statements as (

    select * from {{ ref('fct_statements').include(database=false) }}
    where is_statement and is_current_version and not is_rejected

),

incidents as (

    select * from {{ ref('fct_incidents').include(database=false) }}

),

countries as (

    {{ country_names() }}

),

actors as (

    select
        actor_id,
        name
    from {{ ref('dim_actors').include(database=false) }}

),

articles as (

    select * from {{ ref('dim_articles').include(database=false) }}

)

select
    statements.statement_id,
    statements.speaker_name,
    statements.speaker_role,
    organisations.name as organisation_name,
    parties.name as speaker_party_name,
    statements.is_official,
    statements.speech_act,
    statements.cue_text,
    statements.content_text,
    statements.quote_type,
    substring(
        articles.body,
        articles.sentence_starts[statements.sentence_index + 1] + 1,
        articles.sentence_ends[statements.sentence_index + 1]
        - articles.sentence_starts[statements.sentence_index + 1]
    ) as sentence,
    statements.statement_date_start,
    statements.statement_date_end,
    statements.about_incident_id as incident_id,
    incidents.incident_type,
    incidents.date_start,
    incidents.location_name,
    countries.country,
    statements.statement_group_id,
    statements.article_id,
    articles.publisher,
    articles.title,
    articles.url,
    articles.published_at,
    statements.confidence
from statements
inner join articles using (article_id, article_version)
left join incidents on statements.about_incident_id = incidents.incident_id
left join countries on incidents.country_iso3 = countries.country_iso3
left join actors as organisations on statements.organisation_actor_id = organisations.actor_id
left join actors as parties on statements.speaker_party_id = parties.actor_id
