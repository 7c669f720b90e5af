{#- Fails unless the relation has exactly these columns in this order. -#}
{% test columns_in_order(model, columns) %}
with

expected as (

    {% for column in columns -%}
    select
        {{ loop.index }} as position,
        '{{ column }}' as column_name
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

found as (

    select
        column_index as position,
        column_name
    from duckdb_columns()
    where
        database_name = '{{ model.database }}'
        and schema_name = '{{ model.schema }}'
        and table_name = '{{ model.identifier }}'

)

select
    coalesce(expected.position, found.position) as position,
    expected.column_name as expected_name,
    found.column_name as found_name
from expected
full outer join found on expected.position = found.position
where expected.column_name is distinct from found.column_name
-- The relation itself, so that dbt runs the test after it: {{ model }}
{% endtest %}
