{#-
    The rows of `table`, a table and no view, whose `key` is one of those in the CTE `keys`; there it may have another name, `column`. What is joined
    later belongs in a CTE that is `read_first`, or DuckDB joins first. All this in an incremental run, and in its tests.
-#}
{% macro rows_of(table, key, keys, column=none) -%}
    (
        select *
        from {{ table }}
        where {{ is_one_of(table, key, keys, column or key, 'rowid') }}
    )
{%- endmacro %}

{#- The same for a view that tells where its rows are, by `row_position`, which is left out. -#}
{% macro rows_of_view(view, key, keys, column=none) -%}
    (
        select * exclude (row_position)
        from {{ view }}
        where {{ is_one_of(view, key, keys, column or key, 'row_position') }}
    )
{%- endmacro %}

{% macro is_one_of(relation, key, keys, column, position) -%}
    {%- set condition = 'read_rows.' ~ key ~ ' in (select ' ~ keys ~ '.' ~ column ~ ' from ' ~ keys ~ ')' -%}
    {%- if is_incremental() or (model.resource_type == 'test' and tests_new_rows_only()) -%}
    {{ found_by_position(relation, condition, position) }}
    {%- else -%}
    {{ condition | replace('read_rows.', '') }}
    {%- endif -%}
{%- endmacro %}

{#-
    That a row of `relation` is one of the few for which `condition` holds, told by where it is. Looked for by a key, few rows cost as much as all:
    DuckDB finds keys by a filter that lets one of some hundred others pass too, and so reads every column nearly everywhere. A position it finds
    exactly. The list is one value: DuckDB expects few rows of it, and looks for them among the others, not the other way round.
-#}
{% macro found_by_position(relation, condition, position) -%}
    {{ position }} in (
        select unnest(list(read_rows.{{ position }}))
        from {{ relation }} as read_rows
        where {{ condition }}
    )
{%- endmacro %}

{#-
    Behind the `as` of a CTE with the few rows that an incremental run reads of a large table: they are read before anything is joined
    with them. Where all rows are read, none are held.
-#}
{% macro read_first() -%}
    {{ ' materialized' if is_incremental() else '' }}
{%- endmacro %}
