with recursive

units as (

    select * from {{ ref('int_incident_units') }}

),

corrections as (

    select * from {{ ref('int_object_corrections') }}
    where object_type = 'incident' and decided_at is not null

),

mentions as (

    select * from {{ ref('int_corrected_incident_mentions') }}

),

pairs as (

    select
        units_a.unit_order as order_a,
        units_b.unit_order as order_b,
        pairs.*
    from {{ ref('int_incident_pairs') }} as pairs
    inner join units as units_a on pairs.unit_a = units_a.unit_id
    inner join units as units_b on pairs.unit_b = units_b.unit_id
    where not pairs.is_vetoed or pairs.is_decided_different

),

links as (

    select *
    from pairs
    where
        is_decided_same
        or (not is_vetoed and score >= {{ var('incident_link_threshold') }})

),

linked_units as (

    select order_a as unit_order
    from links

    union

    select order_b as unit_order
    from links

),

{{ growing_clusters('pairs', 'linked_units', var('incident_link_threshold')) }},

countable as (

    -- A unit that nothing links is an incident of its own.
    select
        units.unit_id,
        coalesce(clusters.cluster, units.unit_order) as cluster
    from units
    left join clusters on units.unit_order = clusters.unit_order
    where units.level in ('atomic', 'group')

),

backdrops as (

    -- Operations and background wars are never counted: same kind, place and dates are enough to be the same.
    select
        unit_id,
        case
            when location_id is null and perpetrator_parties is null then unit_order
            else min(unit_order) over (
                partition by
                    level, incident_type, location_id, perpetrator_parties, date_start, date_end
            )
        end as cluster
    from units
    where level not in ('atomic', 'group')

),

clustered as (

    select * from countable

    union all

    select * from backdrops

),

member_scores as (

    select
        clustered.unit_id,
        avg(pairs.score) as score,
        bool_or(pairs.is_decided_same) as is_decided_same,
        bool_or(pairs.is_copy) as is_copy
    from clustered
    inner join pairs on clustered.unit_id in (pairs.unit_a, pairs.unit_b)
    inner join clustered as partners
        on
            clustered.cluster = partners.cluster
            and clustered.unit_id != partners.unit_id
            and partners.unit_id in (pairs.unit_a, pairs.unit_b)
    group by clustered.unit_id

),

rejected as (

    -- What a person says is no incident is none, whichever reports of it come together.
    select clustered.cluster
    from corrections
    inner join mentions on corrections.object_id = mentions.incident_mention_id
    inner join units
        on
            mentions.article_id = units.article_id
            and mentions.article_version = units.article_version
            and mentions.article_incident_id = units.article_incident_id
    inner join clustered on units.unit_id = clustered.unit_id
    group by clustered.cluster
    having arg_max(corrections.is_rejected, (corrections.decided_at, corrections.correction_id))

)

select
    clustered.unit_id,
    -- Named after the first report, so that later reports do not rename it, nor a new version of the article.
    {{ stable_id(["'incident'", 'first_units.article_id', 'first_units.unit_index']) }}
        as incident_id,
    units.article_id,
    units.article_version,
    units.article_incident_id,
    case
        when member_scores.is_decided_same then 'override'
        when member_scores.is_copy then 'near_duplicate'
        when member_scores.unit_id is not null then 'scored'
        when
            units.level not in ('atomic', 'group')
            and count(*) over (partition by clustered.cluster) > 1
            then 'same_backdrop'
        else 'single_report'
    end as link_rule,
    round(member_scores.score, 2) as score
from clustered
inner join units on clustered.unit_id = units.unit_id
inner join units as first_units on clustered.cluster = first_units.unit_order
left join member_scores on clustered.unit_id = member_scores.unit_id
where clustered.cluster not in (select cluster from rejected)
