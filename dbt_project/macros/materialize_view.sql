{#-
    dbt's materialization of a view, which makes every view anew in every run. A load passes the checksum of the code, and makes everything anew
    where that is another than it was: otherwise a view that is there is what it would be.
-#}
{% materialization view, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing and existing.is_view and env_var('CONFLICT_LEDGER_CODE_CHECKSUM', '') and not flags.FULL_REFRESH -%}
        {%- call noop_statement('main', 'SKIP') -%}{%- endcall -%}
        {{ return({'relations': [existing]}) }}
    {%- endif -%}
    {{ return(materialization_view_default()) }}
{% endmaterialization %}
