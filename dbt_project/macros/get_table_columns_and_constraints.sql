{#-
    The columns and constraints that a contracted table is made with, ids uncompressed, but for its primary key. DuckDB keeps an index for one, as large
    as half of the columns, and writes all of it at every load that touches the table. The key stays declared: a test of its
    uniqueness proves it, the diagrams show it, and PostgreSQL gets it (orchestration/sharing.py).
-#}
{% macro duckdb__get_table_columns_and_constraints() -%}
    {%- set ids = uncompressed_ids() -%}
    {%- set columns = model['columns'].values() | list -%}
    (
        {% for column in adapter.render_raw_columns_constraints(raw_columns=model['columns']) -%}
            {{ column }}{{ compression(columns[loop.index0].name, columns[loop.index0].data_type, ids) }}{{ ', ' if not loop.last }}
        {% endfor -%}
        {% for constraint in adapter.render_raw_model_constraints(
            raw_constraints=model['constraints'] | rejectattr('type', 'equalto', 'primary_key') | list
        ) -%}
            , {{ constraint }}
        {% endfor -%}
    )
{%- endmacro %}
