{#-
    A model whose new keys are many is made of some of them at a time, so that the memory that a build takes is bounded: DuckDB writes what
    it sorts and joins to disk, but not the lists it collects, a dozen for every incident. `changed` and `unbuilt` (see
    incremental_by_fingerprint.sql) leave a mark behind their keys; where there are more than `slice_keys`, it becomes a condition, and the
    statement that makes the table one for every slice. They follow the news (`reading_order`), so the rows lie as if made at once, and what
    stands at one place there, as the copies of an article, is never divided.
-#}
{% macro slice_mark(driver, order) -%}
    /* in slices of {{ driver }} by {{ order }} */
{%- endmacro %}

{% macro slice_keys() -%}
    {{ return(env_var('CONFLICT_LEDGER_SLICE_KEYS', '50000') | int) }}
{%- endmacro %}

{#-
    The code of a model, once for every slice; as it is, where one is enough, where a model looks at other keys too, and in a unit test, whose
    driver is no table.
-#}
{% macro slices_of(code) -%}
    {%- set marks = modules.re.findall('(/[*] in slices of (\\S+) by (\\w+) [*]/)', code) -%}
    {%- if marks | length != 1 or model.resource_type != 'model' -%}
        {{ return([code]) }}
    {%- endif -%}
    {%- set mark, driver, order = marks[0] -%}
    {%- set keys -%}
        select count(*)
        from {{ driver }}
        where fingerprint is not null {{- ' and is_changed' if is_incremental() }}
    {%- endset -%}
    {%- set slices = [] -%}
    {%- for slice in range(0, run_query(keys).columns[0].values()[0], slice_keys()) -%}
        {%- set condition = '(rank() over (order by ' ~ order ~ ') - 1) // ' ~ slice_keys() ~ ' = ' ~ loop.index0 -%}
        {%- do slices.append(code.replace(mark, 'qualify ' ~ condition)) -%}
    {%- endfor -%}
    {{ return(slices if slices | length > 1 else [code]) }}
{%- endmacro %}

{#- What dbt-duckdb's own macro does for the first slice, and the rows of the others. -#}
{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) -%}
    {%- set slices = slices_of(compiled_code) -%}
    {{ dbt.duckdb__create_table_as(temporary, relation, slices[0], language, partitioned_by, sorted_by) }}
    {%- for slice in slices[1:] %}
        {%- if config.get('contract').enforced and not temporary %}
    insert into {{ relation }} {{ get_column_names() }} (
        {{ get_select_subquery(slice) }}
    );
        {%- else %}
    insert into {{ relation.include(database=(not temporary), schema=(not temporary)) }} (
        {{ slice }}
    );
        {%- endif %}
    {%- endfor %}
{%- endmacro %}
