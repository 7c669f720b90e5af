{{ config(meta={'dagster': {'ref': {'name': 'fct_incidents'}}}) }}

-- No incident holds two reports that a veto keeps apart, except where a person joined them.
with

clusters as (

    select clusters.*
    from {{ ref('int_incident_clusters') }} as clusters
    where {{ is_made_anew('clusters', ref('int_incident_fingerprints'), ['incident_id']) }}

),

vetoed_pairs as materialized (

    -- Found before it is asked who shares an incident: a backdrop may have thousands of reports and no pair.
    select
        pairs.unit_a,
        pairs.unit_b,
        clusters.incident_id
    from {{ ref('int_incident_pairs') }} as pairs
    inner join clusters on pairs.unit_a = clusters.unit_id
    where
        pairs.is_vetoed
        and pairs.unit_a != pairs.unit_b
        and clusters.link_rule != 'override'

)

select
    clusters.incident_id,
    vetoed_pairs.unit_a,
    vetoed_pairs.unit_b
from vetoed_pairs
inner join clusters
    on
        vetoed_pairs.unit_b = clusters.unit_id
        and vetoed_pairs.incident_id = clusters.incident_id
where clusters.link_rule != 'override'
