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

clustered as (

    -- A unit that nothing links is an incident of its own.
    select
        units.*,
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

),

member_scores as (

    select
        unnest([pairs.order_a, pairs.order_b]) as unit_number,
        pairs.score,
        pairs.is_decided_same,
        pairs.is_copy
    from pairs
    inner join clusters as clusters_a on pairs.order_a = clusters_a.unit_order
    inner join clusters as clusters_b on pairs.order_b = clusters_b.unit_order
    where clusters_a.cluster = clusters_b.cluster

),

unit_scores as (

    select
        unit_number,
        avg(score) as score,
        bool_or(is_decided_same) as is_decided_same,
        bool_or(is_copy) as is_copy
    from member_scores
    group by unit_number

)

select
    clustered.unit_id,
    -- Named after the first report, so that later reports do not rename it, nor a new version of the article.
    {{ stable_id(["'incident'", 'first_units.article_id', 'first_units.unit_index']) }}
        as incident_id,
    clustered.article_id,
    clustered.article_version,
    clustered.article_incident_id,
    case
        when unit_scores.is_decided_same then 'override'
        when unit_scores.is_copy then 'near_duplicate'
        when unit_scores.unit_number is not null then 'scored'
        when
            clustered.link_key is not null
            and count(*) over (partition by clustered.cluster) > 1
            then 'same_backdrop'
        else 'single_report'
    end as link_rule,
    round(unit_scores.score, 2) as score,
    coalesce(clustered.link_key, component_units.unit_id, clustered.unit_id) as component_id,
    clustered.fingerprint
from clustered
inner join units as first_units on clustered.cluster = first_units.unit_number
left join units as component_units on clustered.component = component_units.unit_number
left join unit_scores on clustered.unit_number = unit_scores.unit_number
