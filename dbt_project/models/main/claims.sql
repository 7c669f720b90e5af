-- Names without a database: whoever attaches the published file gives it a name of their own.
with

claims as (

    select * from {{ ref('fct_casualties').include(database=false) }}
    where is_counted

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
    claims.casualty_id,
    claims.incident_id,
    incidents.incident_type,
    incidents.date_start,
    incidents.location_name,
    countries.country,
    claims.harm_type,
    claims.count_min,
    claims.count_max,
    claims.count_kind,
    claims.is_total,
    claims.victim_category,
    claims.victim_age_group,
    claims.victim_sex,
    sides.name as victim_side_name,
    -- Who reads a table wants a name, not "it" or "the ministry".
    case
        when claims.attribution_kind = 'journalist' then articles.publisher
        else coalesce(speakers.name, claims.claimed_by_name)
    end as speaker_name,
    parties.name as speaker_party_name,
    claims.attribution_kind,
    claims.attribution_interest,
    claims.claim_text,
    substring(
        articles.body,
        articles.sentence_starts[claims.sentence_index + 1] + 1,
        articles.sentence_ends[claims.sentence_index + 1]
        - articles.sentence_starts[claims.sentence_index + 1]
    ) as sentence,
    claims.statement_id,
    claims.article_id,
    articles.publisher,
    articles.title,
    articles.url,
    articles.published_at,
    claims.confidence
from claims
inner join articles using (article_id, article_version)
inner join incidents on claims.incident_id = incidents.incident_id
left join countries on incidents.country_iso3 = countries.country_iso3
left join actors as speakers on claims.claimed_by_actor_id = speakers.actor_id
left join actors as parties on claims.claimed_by_party_id = parties.actor_id
left join actors as sides on claims.victim_side_actor_id = sides.actor_id
