{{ config(meta={'dagster': {'ref': {'name': 'fct_incidents'}}}) }}

-- Every two reports of one incident were compared, and no veto keeps them apart; except where a person joined
-- them, and in backdrops, which are not compared.
with

clusters as (

    select *
    from {{ made_anew(ref('int_incident_clusters'), ref('int_incident_fingerprints'), 'incident_id') }}

),

incidents as (

    select
        incident_id,
        count(*) as reports
    from clusters
    group by incident_id
    having
        count(*) > 1
        and not bool_or(link_rule = 'override')
        and not bool_and(link_rule = 'same_backdrop')

),

reports as (

    select
        clusters.incident_id,
        clusters.unit_id
    from clusters
    inner join incidents on clusters.incident_id = incidents.incident_id

),

pairs as (

    select * from {{ rows_of(ref('int_incident_pairs'), 'unit_a', 'reports', 'unit_id') }}

),

compared as (

    select
        reports_a.incident_id,
        count(*) as pairs
    from pairs
    inner join reports as reports_a on pairs.unit_a = reports_a.unit_id
    inner join reports as reports_b
        on
            pairs.unit_b = reports_b.unit_id
            and reports_a.incident_id = reports_b.incident_id
    where not pairs.is_decided_different
    group by reports_a.incident_id

)

select
    incidents.incident_id,
    incidents.reports,
    compared.pairs
from incidents
left join compared on incidents.incident_id = compared.incident_id
where coalesce(compared.pairs, 0) < incidents.reports * (incidents.reports - 1) / 2
