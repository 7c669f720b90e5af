{#-
    dbt-duckdb's own macro for a key of several columns, but for how the former rows are found: by where they are, of those whose first column of
    the key is one of the new, or DuckDB reads the other columns of the whole table.
-#}
{% macro duckdb__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
    {%- if unique_key is string or incremental_predicates -%}
    {{ dbt.duckdb__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) }}
    {%- else -%}
    {%- set columns = get_quoted_csv(dest_columns | map(attribute='name')) -%}
    {%- set is_new = 'read_rows.' ~ unique_key[0] ~ ' in (select new_rows.' ~ unique_key[0] ~ ' from ' ~ source ~ ' as new_rows)' -%}
    delete from {{ target }} as former_rows
    using {{ source }} as new_rows
    where
        former_rows.{{ found_by_position(target, is_new, 'rowid') }}
        {%- for column in unique_key %}
        and former_rows.{{ column }} = new_rows.{{ column }}
        {%- endfor %};

    insert into {{ target }} ({{ columns }}) (
        select {{ columns }}
        from {{ source }}
    )
    {%- endif -%}
{%- endmacro %}
