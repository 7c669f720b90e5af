{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{
            delete_touched_components(
                told_once(), ref('int_statement_pairs'), is_statement_link('pairs'), ref('int_article_incident_fingerprints')
            )
        }}"
    )
}}

-- depends_on: {{ ref('int_statement_units') }}, {{ ref('int_article_incident_fingerprints') }}
with recursive

missing_units as (

    select unit_id
    from {{ ref('int_statement_units') }}
    where
        statement_id = unit_id
        {% if is_incremental() %}
            and unit_id not in (select built.unit_id from {{ this }} as built)
        {% endif %}

),

units as (

    select
        unit_id,
        fingerprint
    from {{ rows_of(ref('int_statement_units'), 'unit_id', 'missing_units') }}
    where statement_id = unit_id

),

comparable_pairs as (

    select
        pairs.unit_a as node_a,
        pairs.unit_b as node_b,
        pairs.score,
        {{ is_statement_link('pairs') }} as is_link,
        false as is_decided_same,
        false as is_decided_different
    from {{ ref('int_statement_pairs') }} as pairs
    inner join units as units_a on pairs.unit_a = units_a.unit_id
    inner join units as units_b on pairs.unit_b = units_b.unit_id
    where not pairs.is_vetoed

),

{{ growing_clusters('comparable_pairs', var('statement_link_threshold')) }},

first_units as (

    -- Few units share a cluster: the order of all others, which is long, is not read.
    select
        clusters.cluster,
        arg_min(ordered.unit_id, ordered.unit_order) as first_unit_id
    from clusters
    inner join {{ rows_of(ref('int_statement_units'), 'unit_id', 'clusters', 'node') }} as ordered
        on clusters.node = ordered.unit_id
    where ordered.statement_id = ordered.unit_id
    group by clusters.cluster

)

select
    units.unit_id,
    coalesce(first_units.first_unit_id, units.unit_id) as first_unit_id,
    coalesce(components.component, units.unit_id) as component_id,
    units.fingerprint,
    true as is_changed
from units
left join clusters on units.unit_id = clusters.node
left join first_units on clusters.cluster = first_units.cluster
left join components on units.unit_id = components.node
