{#-
    The members of a recursive list of CTEs that put the units that fit each other into one cluster.

    `compared` is a CTE with `node_a`, `node_b`, `score`, `is_link`, `is_decided_same` and `is_decided_different`, without the pairs
    that a veto keeps apart.
    Defines the CTEs `components` (node, component), what links connect, and `clusters` (node, cluster), which grow inside
    components: only linked nodes are in either. Clusters grow in rounds. In each, every
    cluster looks for the cluster it fits best: all their pairs of units must be there, and score enough on average; two
    clusters that choose each other become one. Nothing depends on the order of loading, and no chain can join
    two units that a veto keeps apart. A cluster bears the smallest `node` of its members.

    Of equal scores the smaller nodes win. Nodes must be hashes: in the order of the units, a long chain of equal scores would
    take a round for every link.
-#}
{% macro growing_clusters(compared, threshold) -%}
edges as (

    select
        node_a,
        node_b
    from {{ compared }}
    where is_link

    union all

    select
        node_b as node_a,
        node_a as node_b
    from {{ compared }}
    where is_link

),

nodes as (

    select distinct node_a as node
    from edges

),

{{ connected_components('nodes', 'edges') }},

pairs as (

    -- Units of two components never meet.
    select compared.*
    from {{ compared }} as compared
    inner join components as components_a on compared.node_a = components_a.node
    inner join components as components_b on compared.node_b = components_b.node
    where components_a.component = components_b.component

),

clusters (node, cluster, cluster_size, round) using key (node) as (

    select
        node,
        node as cluster,
        1::bigint as cluster_size,
        0 as round
    from nodes

    union

    select
        merged.node,
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
                count(*) as pairs_found,
                avg(pairs.score) as score,
                bool_or(pairs.is_decided_same) as is_decided_same,
                bool_or(pairs.is_decided_different) as is_decided_different
            from pairs
            inner join recurring.clusters as known_a on pairs.node_a = known_a.node
            inner join recurring.clusters as known_b on pairs.node_b = known_b.node
            -- As in connected_components.sql, nothing to join by.
            where
                least(known_a.cluster, known_b.cluster)
                < greatest(known_a.cluster, known_b.cluster)
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
                        pairs_found = pairs_needed
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
                unnest([cluster_a, cluster_b]) as former_cluster,
                any_value(merged_size) as merged_size
            from best_choices
            group by cluster_a, cluster_b
            having count(*) = 2

        )

        select
            known.node,
            merges.cluster_a as cluster,
            merges.merged_size as cluster_size,
            this_round.round
        from merges
        inner join recurring.clusters as known on merges.former_cluster = known.cluster
        cross join this_round
    ) as merged

)
{%- endmacro %}
