{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_touched_components(ref('int_incident_units'), ref('int_incident_pairs'), is_incident_link('pairs')) }}"
    )
}}

with recursive

units as (

    select
        units.*,
        row_number() over (order by units.unit_order) as unit_number
    from {{ ref('int_incident_units') }} as units
    {% if is_incremental() %}
        where units.unit_id not in (select built.unit_id from {{ this }} as built)
    {% endif %}

),

comparable_pairs as (

    select
        units_a.unit_number as order_a,
        units_b.unit_number as order_b,
        {{ is_incident_link('pairs') }} as is_link,
        pairs.*
    from {{ ref('int_incident_pairs') }} as pairs
    inner join units as units_a on pairs.unit_a = units_a.unit_id
    inner join units as units_b on pairs.unit_b = units_b.unit_id
    where
        pairs.unit_a != pairs.unit_b
        and (not pairs.is_vetoed or pairs.is_decided_different)

),

edges as (

    select
        order_a as node_a,
        order_b as node_b
    from comparable_pairs
    where is_link

    union all

    select
        order_b as node_a,
        order_a as node_b
    from comparable_pairs
    where is_link

),

nodes as (

    select distinct node_a as node
    from edges

),

{{ connected_components('nodes', 'edges') }},

pairs as (

    -- Units of two components never meet.
    select comparable_pairs.*
    from comparable_pairs
    inner join components as components_a on comparable_pairs.order_a = components_a.node
    inner join components as components_b on comparable_pairs.order_b = components_b.node
    where components_a.component = components_b.component

),

linked_units as (

    select node as unit_order
    from nodes

),

{{ growing_clusters('pairs', 'linked_units', var('incident_link_threshold')) }},

numbered as (

    -- A unit that nothing links is an incident of its own.
    select
        units.unit_id,
        units.link_key,
        units.fingerprint,
        coalesce(
            clusters.cluster,
            case
                when units.link_key is null then units.unit_number
                else min(units.unit_number) over (partition by units.link_key)
            end
        ) as cluster,
        components.component
    from units
    left join clusters on units.unit_number = clusters.unit_order
    left join components on units.unit_number = components.node

)

select
    numbered.unit_id,
    first_units.unit_id as first_unit_id,
    coalesce(numbered.link_key, component_units.unit_id, numbered.unit_id) as component_id,
    numbered.fingerprint
from numbered
inner join units as first_units on numbered.cluster = first_units.unit_number
left join units as component_units on numbered.component = component_units.unit_number
