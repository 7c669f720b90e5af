{#-
    The hook at the beginning of a run: the threads in which dbt runs models work for DuckDB too, and each but one takes the place of one of its own.
    More threads than cores only wait for each other.
-#}
{% macro share_cores() -%}
    set threads = greatest(1, current_setting('threads') - {{ target.threads - 1 }})
{%- endmacro %}
