{#-
    The recursive member list that puts the units that fit each other into one cluster.

    `pairs` is a CTE with `order_a`, `order_b`, `score`, `is_vetoed`, `is_decided_same` and `is_decided_different`;
    `linked_units` one with the `unit_order` of every unit that has a pair to try. Clusters grow in rounds. In each, every
    cluster looks for the cluster it fits best: all their pairs of units must be there, free of vetoes, and score enough on
    average; two clusters that choose each other become one. Nothing depends on the order of loading, and no chain can join
    two units that a veto keeps apart. A cluster bears the smallest `unit_order` of its members.
-#}
{% macro growing_clusters(pairs, linked_units, threshold) -%}
clusters (unit_order, cluster, cluster_size, round) using key (unit_order) as (

    select
        unit_order,
        unit_order as cluster,
        1::bigint as cluster_size,
        0 as round
    from {{ linked_units }}

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
            from {{ pairs }} as pairs
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
                        and score >= {{ threshold }}
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

)
{%- endmacro %}
