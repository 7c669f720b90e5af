{#-
    The descriptions of the columns that the pipeline writes itself, as comments in the database; those of its own models dbt
    persists. A hook at the end of a run, which does something only where a comment is missing or another.
-#}
{% macro comment_on_sources() -%}
    {%- if execute and flags.WHICH in ('build', 'run') -%}
        {%- set columns = run_query(
            "select schema_name, table_name, column_name, comment from duckdb_columns()"
            " where database_name = current_database() and schema_name in ('raw', 'staging')"
        ) -%}
        {%- for schema_name, table_name, column_name, comment in columns.rows -%}
            {%- for source in graph.sources.values() if (source.schema, source.name) == (schema_name, table_name) -%}
                {%- set description = source.columns.get(column_name, {}).description -%}
                {%- if description and description != comment %}
                comment on column {{ source.relation_name }}."{{ column_name }}" is '{{ description | replace("'", "''") }}';
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
