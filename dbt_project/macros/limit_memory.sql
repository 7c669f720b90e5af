{#-
    The hook at the beginning of a run: how much memory DuckDB may take, as in the other processes of a load. No setting of the profile, as
    dbt parses the whole project anew when one of these is another.
-#}
{% macro limit_memory() -%}
    set memory_limit = '{{ env_var("CONFLICT_LEDGER_MEMORY_LIMIT", "40%") }}'
{%- endmacro %}
