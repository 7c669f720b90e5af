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

claims as{{ read_first() }} (

    select
        claims.* exclude (fingerprint),  -- noqa: RF02
        new_articles.fingerprint
    from {{ rows_of(ref('int_voiced_claims'), 'article_id', 'new_articles') }} as claims
    inner join new_articles using (article_id, article_version)

),

clusters as{{ read_first() }} (

    select * from {{ rows_of(ref('int_incident_clusters'), 'article_id', 'new_articles') }}

)

select
    claims.casualty_id,
    clusters.incident_id,
    claims.incident_mention_id,
    claims.article_id,
    claims.article_version,
    claims.sentence_index,
    claims.claim_text,
    claims.claim_start,
    claims.claim_end,
    claims.count_text,
    claims.count_start,
    claims.count_end,
    claims.count_min,
    claims.count_max,
    claims.count_kind,
    claims.count_scope,
    claims.harm_type,
    claims.victim_category,
    claims.victim_text,
    claims.victim_start,
    claims.victim_end,
    claims.victim_side_actor_id,
    claims.victim_age_group,
    claims.victim_sex,
    claims.statement_id,
    claims.claimed_by_actor_id,
    claims.claimed_by_party_id,
    claims.claimed_by_name,
    claims.attribution_kind,
    claims.attribution_interest,
    claims.voice_id,
    claims.parent_casualty_id,
    claims.same_victims_as,
    claims.realis,
    claims.is_total,
    -- What was told of an incident that a person has rejected is in none.
    claims.is_summable
    and claims.is_current_version
    and (clusters.incident_id is not null or claims.article_incident_id is null) as is_counted,
    claims.is_current_version,
    claims.published_at as claimed_at,
    claims.confidence,
    claims.rule_id,
    claims.is_rejected,
    claims.correction_id,
    claims.fingerprint
from claims
left join clusters
    on
        claims.article_id = clusters.article_id
        and claims.article_version = clusters.article_version
        and claims.article_incident_id = clusters.article_incident_id
{{ oldest_first('claims.published_at') }}
