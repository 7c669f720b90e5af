{#- The condition that makes a row of int_incident_pairs a link, which clusters can grow along. -#}
{% macro is_incident_link(pairs) -%}
    (
        {{ pairs }}.unit_a != {{ pairs }}.unit_b
        and (
            {{ pairs }}.is_decided_same
            or (not {{ pairs }}.is_vetoed and {{ pairs }}.score >= {{ var('incident_link_threshold') }})
        )
    )
{%- endmacro %}
