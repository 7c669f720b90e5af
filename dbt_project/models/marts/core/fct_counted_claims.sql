{{ config(post_hook="{{ create_casualty_estimates_as_of() }}") }}

with

claims as (

    select * from {{ ref('int_incident_claims') }}

)

select
    casualty_id,
    incident_id,
    harm_type,
    article_id,
    article_version,
    sentence_index,
    claim_start,
    reading_order,
    published_at,
    voice_id,
    is_journalist,
    attribution_interest,
    victim_category,
    victim_side_party_id,
    is_total,
    count_min,
    count_max,
    count_figure,
    acled_figure,
    is_current_version,
    ingested_at,
    replaced_at,
    known_at,
    outdated_at,
    withdrawn_at
from claims
