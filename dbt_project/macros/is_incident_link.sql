{#- The condition that makes a row of int_incident_pairs a link, which clusters can grow along. -#}
{% macro is_incident_link(pairs) -%}
    (
        {{ pairs }}.is_decided_same
        or (
            not {{ pairs }}.is_decided_different
            and {{ pairs }}.score >= {{ var('incident_link_threshold') }}
        )
    )
{%- endmacro %}
