{#- The units of int_statement_units, each once, as `delete_touched_components` wants them. -#}
{% macro told_once() -%}
    (
        select
            statement_id,
            unit_id,
            fingerprint,
            null::varchar as link_key
        from {{ ref('int_statement_units') }}
        where statement_id = unit_id
    )
{%- endmacro %}

{#- The condition that makes a row of int_statement_pairs a link, which groups can grow along. -#}
{% macro is_statement_link(pairs) -%}
    (
        {{ pairs }}.unit_a != {{ pairs }}.unit_b
        and not {{ pairs }}.is_vetoed
        and {{ pairs }}.score >= {{ var('statement_link_threshold') }}
    )
{%- endmacro %}
