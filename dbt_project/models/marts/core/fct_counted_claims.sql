{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_incident_fingerprints'), ['incident_id']) }}",
        post_hook="{{ create_casualty_estimates_as_of() }}"
    )
}}

-- depends_on: {{ ref('int_incident_fingerprints') }}
with

new_incidents as (

    {{ unbuilt(ref('int_incident_fingerprints'), ['incident_id']) }}

),

claims as{{ read_first() }} (

    select *
    from {{ rows_of(ref('int_incident_claims'), 'incident_id', 'new_incidents') }}

),

final as (

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

)

select
    final.*,
    new_incidents.fingerprint
from final
inner join new_incidents on final.incident_id = new_incidents.incident_id
{{ oldest_first('final.known_at') }}
