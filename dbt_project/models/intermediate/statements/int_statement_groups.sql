with recursive

units as (

    select * from {{ ref('int_statement_units') }}

),

pairs as (

    select
        units_a.unit_order as order_a,
        units_b.unit_order as order_b,
        pairs.*,
        false as is_decided_same,
        false as is_decided_different
    from {{ ref('int_statement_pairs') }} as pairs
    inner join units as units_a on pairs.unit_a = units_a.statement_id
    inner join units as units_b on pairs.unit_b = units_b.statement_id
    where not pairs.is_vetoed

),

linked_units as (

    select unnest([order_a, order_b]) as unit_order
    from pairs
    where score >= {{ var('statement_link_threshold') }}
    group by unit_order

),

{{ growing_clusters('pairs', 'linked_units', var('statement_link_threshold')) }},

member_pairs as (

    select
        unnest([pairs.order_a, pairs.order_b]) as unit_order,
        pairs.run_points,
        pairs.stem_points,
        pairs.deed_points,
        pairs.score
    from pairs
    inner join clusters as clusters_a on pairs.order_a = clusters_a.unit_order
    inner join clusters as clusters_b on pairs.order_b = clusters_b.unit_order
    where clusters_a.cluster = clusters_b.cluster

),

member_scores as (

    select
        unit_order,
        round(avg(score), 2)::double as score,
        case
            when max(run_points) >= greatest(max(stem_points), max(deed_points)) then 'same_words'
            when max(stem_points) >= max(deed_points) then 'same_content'
            else 'same_act'
        end as link_rule
    from member_pairs
    group by unit_order

),

grouped as (

    select
        units.*,
        coalesce(clusters.cluster, units.unit_order) as cluster,
        member_scores.link_rule,
        member_scores.score
    from units
    left join clusters on units.unit_order = clusters.unit_order
    left join member_scores on units.unit_order = member_scores.unit_order

)

select
    grouped.statement_id,
    -- Named after its first telling, so that later ones do not rename it.
    {{ stable_id(["'statement group'", 'first_units.unit_id']) }} as statement_group_id,
    grouped.telling_id,
    grouped.telling_order,
    case
        when grouped.statement_id != grouped.telling_id then 'paraphrase'
        when len(grouped.article_ids) > 1 then 'wire_copy'
        else coalesce(grouped.link_rule, 'single')
    end as link_rule,
    grouped.score
from grouped
inner join units as first_units
    on
        grouped.cluster = first_units.unit_order
        and first_units.statement_id = first_units.unit_id
