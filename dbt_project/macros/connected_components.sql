{#-
    The recursive member list that labels every node of `nodes` (one column, `node`) with the smallest node it can
    reach over `edges` (`node_a`, `node_b`, both directions present). Smallest labels spread one step a round, so the
    result does not depend on the order of rows.
-#}
{% macro connected_components(nodes, edges) -%}
components (node, component) using key (node) as (

    select
        node,
        node as component
    from {{ nodes }}

    union

    select
        {{ edges }}.node_b as node,
        min(components.component) as component
    from components
    inner join {{ edges }} on components.node = {{ edges }}.node_a
    inner join recurring.components as known on {{ edges }}.node_b = known.node
    where components.component < known.component
    group by {{ edges }}.node_b

)
{%- endmacro %}
