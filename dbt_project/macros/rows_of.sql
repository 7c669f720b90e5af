{#-
    The rows of `table`, a table and no view, whose `key` is one of those in the CTE `keys`. DuckDB looks for the few keys of an incremental run
    in that column alone, and then reads the other columns only of the blocks between the first row found and the last: what
    a load adds lies together at the end, so it is no matter how many rows lie before. What is joined
    later belongs in a CTE that is `read_first`, or DuckDB joins first.
-#}
{% macro rows_of(table, key, keys) -%}
    (
        select *
        from {{ table }}
        where
            {%- if is_incremental() %}
            rowid in (
                select rows_of_table.rowid
                from {{ table }} as rows_of_table
                where rows_of_table.{{ key }} in (select {{ keys }}.{{ key }} from {{ keys }})
            )
            {%- else %}
            {{ key }} in (select {{ keys }}.{{ key }} from {{ keys }})
            {%- endif %}
    )
{%- endmacro %}

{#-
    Behind the `as` of a CTE with the few rows that an incremental run reads of a large table: they are read before anything is joined
    with them. Where all rows are read, none are held.
-#}
{% macro read_first() -%}
    {{ ' materialized' if is_incremental() else '' }}
{%- endmacro %}
