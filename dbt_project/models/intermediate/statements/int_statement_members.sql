{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_touched_components(told_once(), ref('int_statement_pairs'), is_statement_link('pairs')) }}"
    )
}}

-- depends_on: {{ ref('int_statement_units') }}
with recursive

units as (

    select
        units.unit_id,
        units.fingerprint,
        row_number() over (order by units.unit_order) as unit_number
    from {{ ref('int_statement_units') }} as units
    where
        units.statement_id = units.unit_id
        {% if is_incremental() %}
            and units.unit_id not in (select built.unit_id from {{ this }} as built)
        {% endif %}

),

comparable_pairs as (

    select
        units_a.unit_number as order_a,
        units_b.unit_number as order_b,
        pairs.is_vetoed,
        pairs.score,
        {{ is_statement_link('pairs') }} as is_link,
        false as is_decided_same,
        false as is_decided_different
    from {{ ref('int_statement_pairs') }} as pairs
    inner join units as units_a on pairs.unit_a = units_a.unit_id
    inner join units as units_b on pairs.unit_b = units_b.unit_id
    where pairs.unit_a != pairs.unit_b and not pairs.is_vetoed

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

{{ growing_clusters('pairs', 'linked_units', var('statement_link_threshold')) }},

numbered as (

    select
        units.unit_id,
        units.fingerprint,
        coalesce(clusters.cluster, units.unit_number) as cluster,
        components.component
    from units
    left join clusters on units.unit_number = clusters.unit_order
    left join components on units.unit_number = components.node

)

select
    numbered.unit_id,
    first_units.unit_id as first_unit_id,
    coalesce(component_units.unit_id, numbered.unit_id) as component_id,
    numbered.fingerprint
from numbered
inner join units as first_units on numbered.cluster = first_units.unit_number
left join units as component_units on numbered.component = component_units.unit_number
