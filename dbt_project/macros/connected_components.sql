{#-
    The recursive member list that labels every node of `nodes` (one column, `node`) with the smallest node it can
    reach over `edges` (`node_a`, `node_b`, both directions present). A label is the name of a node. Where neighbours have two labels, the
    node that the greater one names gets the smaller one, and whoever bears the greater one follows: so a chain takes some rounds for every
    doubling of its length, not one for every step. The result does not depend on the order of rows.
-#}
{% macro connected_components(nodes, edges) -%}
components (node, component) using key (node) as (

    select
        node,
        node as component
    from {{ nodes }}

    union

    select
        labels.node,
        min(labels.component) as component
    from (
        select
            unnest([known.component, components.component]) as node,
            least(known.component, components.component) as component
        from components
        inner join {{ edges }} on components.node = {{ edges }}.node_a
        inner join recurring.components as known on {{ edges }}.node_b = known.node
        -- Not `!=`: DuckDB takes that for a condition to join by, and compares every node with every other.
        where
            least(components.component, known.component)
            < greatest(components.component, known.component)

        union all

        select
            known.node,
            components.component
        from components
        inner join recurring.components as known on components.node = known.component

        union all

        select
            components.node,
            known.component
        from components
        inner join recurring.components as known on components.component = known.node
    ) as labels
    inner join recurring.components as known on labels.node = known.node
    where labels.component < known.component
    group by labels.node

)
{%- endmacro %}
