{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{
            delete_touched_components(
                ref('int_incident_units'), ref('int_incident_pairs'), is_incident_link('pairs'), ref('int_article_fingerprints')
            )
        }}"
    )
}}

-- depends_on: {{ ref('int_article_fingerprints') }}

with recursive

missing_units as (

    select unit_id
    from {{ ref('int_incident_units') }}
    {% if is_incremental() %}
        where unit_id not in (select built.unit_id from {{ this }} as built)
    {% endif %}

),

units as (

    select
        unit_id,
        unit_order,
        link_key,
        fingerprint
    from {{ rows_of(ref('int_incident_units'), 'unit_id', 'missing_units') }}

),

comparable_pairs as (

    select
        pairs.unit_a as node_a,
        pairs.unit_b as node_b,
        pairs.score,
        {{ is_incident_link('pairs') }} as is_link,
        pairs.is_decided_same,
        pairs.is_decided_different
    from {{ ref('int_incident_pairs') }} as pairs
    inner join units as units_a on pairs.unit_a = units_a.unit_id
    inner join units as units_b on pairs.unit_b = units_b.unit_id

),

{{ growing_clusters('comparable_pairs', var('incident_link_threshold')) }},

labelled as (

    -- A unit that nothing links is an incident of its own.
    select
        units.unit_id,
        units.unit_order,
        units.fingerprint,
        coalesce(clusters.cluster, units.link_key, units.unit_id) as cluster,
        coalesce(components.component, units.link_key, units.unit_id) as component_id
    from units
    left join clusters on units.unit_id = clusters.node
    left join components on units.unit_id = components.node

)

select
    unit_id,
    arg_min(unit_id, unit_order) over (partition by cluster) as first_unit_id,
    component_id,
    fingerprint,
    true as is_changed
from labelled
