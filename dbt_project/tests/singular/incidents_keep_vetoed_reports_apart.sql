{{ config(meta={'dagster': {'ref': {'name': 'fct_incidents'}}}) }}

-- No incident holds two reports that a veto keeps apart, except where a person joined them.
with

pairs as (

    select * from {{ ref('int_incident_pairs') }}
    where is_vetoed and unit_a != unit_b

),

clusters as (

    select clusters.*
    from {{ ref('int_incident_clusters') }} as clusters
    where {{ is_made_anew('clusters', ref('int_incident_fingerprints'), ['incident_id']) }}

)

select
    clusters_a.incident_id,
    pairs.unit_a,
    pairs.unit_b
from pairs
inner join clusters as clusters_a on pairs.unit_a = clusters_a.unit_id
inner join clusters as clusters_b on pairs.unit_b = clusters_b.unit_id
where
    clusters_a.incident_id = clusters_b.incident_id
    and clusters_a.link_rule != 'override'
    and clusters_b.link_rule != 'override'
