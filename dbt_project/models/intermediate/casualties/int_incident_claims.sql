{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_incident_fingerprints'), ['incident_id']) }}"
    )
}}

-- depends_on: {{ ref('int_incident_fingerprints') }}
with

new_incidents as (

    {{ unbuilt(ref('int_incident_fingerprints'), ['incident_id']) }}

),

clusters as (

    select *
    from {{ rows_of(ref('int_incident_clusters'), 'incident_id', 'new_incidents') }}

),

claims as{{ read_first() }} (

    select * from {{ rows_of(ref('int_voiced_claims'), 'article_id', 'clusters') }}

),

mentions as{{ read_first() }} (

    select * from {{ rows_of_view(ref('int_corrected_incident_mentions'), 'article_id', 'clusters') }}

),

articles as{{ read_first() }} (

    select * from {{ rows_of(ref('int_articles'), 'article_id', 'clusters') }}

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

versions as (

    -- An undated article is known from the day it was taken in; a version stands until the next is published.
    select
        article_id,
        article_version,
        ingested_at,
        replaced_at,
        withdrawn_at,
        coalesce(published_at, ingested_at) as known_at,
        lead(coalesce(published_at, ingested_at)) over (
            partition by article_id order by article_version
        ) as outdated_at
    from articles

),

all_incident_ids as (

    select * from incident_ids

    union all by name

    select * from former_incident_ids

),

final as (

    select
        all_incident_ids.incident_id,
        versions.ingested_at,
        versions.replaced_at,
        versions.withdrawn_at,
        versions.known_at,
        versions.outdated_at,
        claims.* exclude (fingerprint)  -- noqa: RF02
    from claims
    inner join all_incident_ids using (article_id, article_version, article_incident_id)
    inner join versions using (article_id, article_version)
    where claims.is_summable

)

select
    final.*,
    new_incidents.fingerprint
from final
inner join new_incidents on final.incident_id = new_incidents.incident_id
{{ oldest_first('final.published_at') }}
