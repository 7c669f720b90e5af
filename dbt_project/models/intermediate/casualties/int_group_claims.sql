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

counted_claims as (

    select *
    from {{ rows_of(ref('int_incident_claims'), 'incident_id', 'new_incidents') }}
    where is_current_version

),

claims as (

    select *
    from
        {{ rows_of(ref('int_voiced_claims'), 'parent_casualty_id', 'counted_claims', 'casualty_id') }}

),

subset_claims as (

    -- "At least seven, including three civilians" tells of a group that a total holds.
    select
        counted_claims.incident_id,
        claims.*
    from counted_claims
    inner join claims on counted_claims.casualty_id = claims.parent_casualty_id
    where
        claims.realis = 'actual'
        and claims.count_scope != 'cumulative'
        and claims.victim_category != counted_claims.victim_category

),

group_claims as (

    select
        *,
        false as is_subset
    from counted_claims

    union all by name

    select
        *,
        true as is_subset
    from subset_claims

),

known_sides as (

    -- A side that is not said is the one that other claims about the group name, unless the voice keeps
    -- them apart in one article.
    select
        *,
        min(victim_side_party_id) over same_group as only_party_id,
        count(distinct victim_side_party_id) over same_group as party_count,
        count(victim_side_party_id) over same_voice as voices_side_count
    from group_claims
    window
        same_group as (partition by incident_id, harm_type, victim_category),
        same_voice as (
            partition by
                incident_id, harm_type, victim_category, voice_id, article_id, article_version
        )

),

final as (

    select
        incident_id,
        harm_type,
        victim_category,
        coalesce(
            victim_side_party_id,
            case when party_count = 1 and voices_side_count = 0 then only_party_id end,
            'unknown'
        ) as victim_party_key,
        victim_side_party_id,
        victim_sex,
        is_subset,
        casualty_id,
        article_id,
        article_version,
        sentence_index,
        claim_start,
        reading_order,
        published_at,
        voice_id,
        is_journalist,
        attribution_interest,
        is_total,
        count_min,
        count_max,
        count_figure,
        acled_figure
    from known_sides

)

select
    final.*,
    new_incidents.fingerprint
from final
inner join new_incidents on final.incident_id = new_incidents.incident_id
{{ oldest_first('final.published_at') }}
