with recursive

units as (

    select * from {{ ref('int_incident_units') }}

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

-- Clusters grow in rounds. In each, every cluster looks for the cluster it fits best: all their pairs of units must be
-- free of vetoes, and score enough on average; two clusters that choose each other become one. Nothing depends
-- on the order of loading, and no chain can join two units that a veto keeps apart.
clusters (unit_order, cluster, cluster_size, round) using key (unit_order) as (

    select
        unit_order,
        unit_order as cluster,
        1::bigint as cluster_size,
        0 as round
    from linked_units

    union

    select
        merged.unit_order,
        merged.cluster,
        merged.cluster_size,
        merged.round
    from (
        with

        this_round as (

            select max(round) + 1 as round
            from clusters

        ),

        cluster_pairs as (

            select
                least(known_a.cluster, known_b.cluster) as cluster_a,
                greatest(known_a.cluster, known_b.cluster) as cluster_b,
                any_value(known_a.cluster_size * known_b.cluster_size) as pairs_needed,
                any_value(known_a.cluster_size + known_b.cluster_size) as merged_size,
                count(*) filter (where not pairs.is_vetoed) as pairs_open,
                avg(pairs.score) as score,
                bool_or(pairs.is_decided_same) as is_decided_same,
                bool_or(pairs.is_decided_different) as is_decided_different
            from pairs
            inner join recurring.clusters as known_a on pairs.order_a = known_a.unit_order
            inner join recurring.clusters as known_b on pairs.order_b = known_b.unit_order
            where known_a.cluster != known_b.cluster
            group by
                least(known_a.cluster, known_b.cluster),
                greatest(known_a.cluster, known_b.cluster)

        ),

        fitting as (

            select *
            from cluster_pairs
            where
                not is_decided_different
                and (
                    is_decided_same
                    or (
                        pairs_open = pairs_needed
                        and score >= {{ var('incident_link_threshold') }}
                    )
                )

        ),

        choices as (

            select
                cluster_a as cluster,
                *
            from fitting

            union all

            select
                cluster_b as cluster,
                *
            from fitting

        ),

        best_choices as (

            select *
            from choices
            qualify row_number() over (
                partition by cluster
                order by is_decided_same desc, score desc, cluster_a, cluster_b
            ) = 1

        ),

        merges as (

            select
                cluster_a,
                cluster_b,
                any_value(merged_size) as merged_size
            from best_choices
            group by cluster_a, cluster_b
            having count(*) = 2

        )

        select
            known.unit_order,
            merges.cluster_a as cluster,
            merges.merged_size as cluster_size,
            this_round.round
        from merges
        inner join recurring.clusters as known
            on known.cluster = merges.cluster_a or known.cluster = merges.cluster_b
        cross join this_round
    ) as merged

),

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
