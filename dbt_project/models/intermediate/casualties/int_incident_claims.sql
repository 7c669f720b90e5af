with

claims as (

    select * from {{ ref('int_voiced_claims') }}

),

clusters as (

    select * from {{ ref('int_incident_clusters') }}

),

mentions as (

    select * from {{ ref('int_corrected_incident_mentions') }}

),

articles as (

    select * from {{ ref('int_articles') }}

),

incident_ids as (

    select
        article_id,
        article_version,
        article_incident_id,
        incident_id
    from clusters

),

current_triggers as (

    select
        mentions.article_id,
        mentions.trigger_text,
        mentions.incident_type,
        min(incident_ids.incident_id) as incident_id
    from mentions
    inner join incident_ids using (article_id, article_version, article_incident_id)
    group by all
    having count(distinct incident_ids.incident_id) = 1

),

former_incident_ids as (

    -- A replaced version told of the incident that the same words tell of in the current version.
    select
        mentions.article_id,
        mentions.article_version,
        mentions.article_incident_id,
        mode(current_triggers.incident_id order by current_triggers.incident_id) as incident_id
    from mentions
    inner join articles using (article_id, article_version)
    inner join current_triggers using (article_id, trigger_text, incident_type)
    where not articles.is_current
    group by all

),

all_incident_ids as (

    select * from incident_ids

    union all by name

    select * from former_incident_ids

)

select
    all_incident_ids.incident_id,
    articles.ingested_at,
    articles.replaced_at,
    claims.*
from claims
inner join all_incident_ids using (article_id, article_version, article_incident_id)
inner join articles using (article_id, article_version)
where claims.is_summable
