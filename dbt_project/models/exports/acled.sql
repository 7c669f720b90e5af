{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_touched_acled_events(ref('int_acled_events')) }}",
        post_hook="{{ create_distance_km() }}"
    )
}}

with

touched_events as (

    -- What an incident leaves is made anew as well.
    select distinct event_key
    from {{ ref('int_acled_events') }}
    {% if is_incremental() %}
        where is_changed
    {% endif %}

),

incidents as (

    select incidents.*
    from {{ ref('int_acled_events') }} as incidents
    inner join touched_events using (event_key)
    where incidents.fingerprint is not null

),

ranked as (

    select
        *,
        row_number() over (
            partition by event_key order by hierarchy_rank, incident_id
        ) as tactic_rank
    from incidents

),

totals as (

    select
        event_key,
        min(incident_id) as first_incident_id,
        sum(fatalities)::integer as fatalities,
        max(incident_count_min) as incident_count_min,
        max(last_ingested_at) as last_ingested_at,
        string_agg(distinct source_office, '; ' order by source_office) as source,
        string_agg(distinct sub_event_type, ', ' order by sub_event_type) as tactics
    from ranked
    group by event_key

)

select
    coalesce(ranked.country_iso3, 'XXX') || totals.first_incident_id as event_id_cnty,
    ranked.event_date,
    year(ranked.event_date)::integer as year,
    ranked.time_precision,
    ranked.disorder_type,
    ranked.event_type,
    ranked.sub_event_type,
    ranked.actor1,
    ranked.assoc_actor_1,
    ranked.inter1,
    ranked.actor2,
    ranked.assoc_actor_2,
    ranked.inter2,
    case
        when ranked.inter1 is null then null
        when ranked.inter2 is null then ranked.inter1 || ' only'
        when ranked.inter1_code <= ranked.inter2_code
            then ranked.inter1 || '-' || ranked.inter2
        else ranked.inter2 || '-' || ranked.inter1
    end as interaction,
    case when ranked.is_civilian_targeting then 'Civilians targeted' end as civilian_targeting,
    ranked.iso_numeric as iso,
    ranked.region,
    ranked.country,
    ranked.admin1,
    ranked.admin2,
    null::varchar as admin3,
    ranked.location_name as location,
    round(ranked.latitude, 4) as latitude,
    round(ranked.longitude, 4) as longitude,
    ranked.geo_precision,
    totals.source,
    null::varchar as source_scale,
    totals.tactics || ' at ' || ranked.location_name || ', '
    || ranked.event_date || '; ' || totals.fatalities || ' reported killed by the lowest claim.'
        as notes,
    totals.fatalities,
    case
        when totals.incident_count_min >= 2
            then 'aggregate>=' || totals.incident_count_min || '; split_needed'
    end as tags,
    epoch(totals.last_ingested_at)::bigint as timestamp
from ranked
inner join totals on ranked.event_key = totals.event_key
where ranked.tactic_rank = 1
{{ oldest_first('ranked.event_date') }}
