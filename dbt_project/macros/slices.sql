{#-
    A model whose new keys are many is made of some of them at a time, so that the memory that a build takes is bounded: DuckDB writes what
    it sorts and joins to disk, but not the lists it collects, a dozen for every incident. `changed` and `unbuilt` (see
    incremental_by_fingerprint.sql) leave a mark behind their keys; where there are more than `slice_keys`, it becomes a condition, and the
    statement that makes the table one for every slice. They follow the news (`reading_order`), so the rows lie as if made at once, and what
    stands at one place there, as the copies of an article, is never divided. Where rows of keys far apart belong together, as the tellings
    of a statement, what holds them together is divided by its hash instead (`hashed_slice_mark`), in a full refresh only.
-#}
{% macro slice_mark(driver, order) -%}
    /* in slices of {{ driver }} by {{ order }} */
{%- endmacro %}

{#-
    Behind a CTE that is nothing but a `select ... from`, of which each row belongs to a slice by its `column`. The number of slices follows from
    the keys of `driver`. None in an incremental build: a row may pass from one slice to another then, and would be gone in one and new in the other.
-#}
{% macro hashed_slice_mark(driver, column) -%}
    {%- if not is_incremental() -%}
    /* in slices of {{ driver }} by hash of {{ column }} */
    {%- endif -%}
{%- endmacro %}

{% macro slice_keys() -%}
    {{ return(env_var('CONFLICT_LEDGER_SLICE_KEYS', '50000') | int) }}
{%- endmacro %}

{#-
    Those of `pairs`, a CTE with `unit_a` and `unit_b`, that belong to the slice at hand: `sliced_units` are the units of the slice, `new_units` those
    of all slices. A pair of new units of two slices is found in both, and belongs to that of the first.
-#}
{% macro pairs_of_slice(pairs, sliced_units, new_units) -%}
    select *
    from {{ pairs }}
    where
        unit_a in (select {{ sliced_units }}.unit_id from {{ sliced_units }})
        or unit_a not in (select {{ new_units }}.unit_id from {{ new_units }})
{%- endmacro %}

{#-
    The code of a model, once for every slice; as it is, where one is enough, where a model looks at keys of two drivers, and in a unit test, whose
    driver is no table.
-#}
{% macro slices_of(code) -%}
    {%- set marks = modules.re.findall('(/[*] in slices of (\\S+) by (hash of )?(\\w+) [*]/)', code) -%}
    {%- set drivers = marks | map(attribute=1) | unique | list -%}
    {%- set are_in_order = marks | rejectattr(2) | list -%}
    {%- if drivers | length != 1 or (are_in_order and marks | length > 1) or model.resource_type != 'model' -%}
        {{ return([code]) }}
    {%- endif -%}
    {%- set keys -%}
        select count(*)
        from {{ drivers[0] }}
        where fingerprint is not null {{- ' and is_changed' if is_incremental() }}
    {%- endset -%}
    {%- set key_count = run_query(keys).columns[0].values()[0] -%}
    {%- set slice_count = (key_count + slice_keys() - 1) // slice_keys() -%}
    {%- set slices = [] -%}
    {%- for slice in range(slice_count) -%}
        {%- set parts = [code] -%}
        {%- for mark, driver, is_hashed, column in marks -%}
            {%- if is_hashed -%}
                {%- set condition = 'where hash(' ~ column ~ ') % ' ~ slice_count ~ ' = ' ~ slice -%}
            {%- else -%}
                {%- set condition = 'qualify (rank() over (order by ' ~ column ~ ') - 1) // ' ~ slice_keys() ~ ' = ' ~ slice -%}
            {%- endif -%}
            {%- do parts.append(parts.pop().replace(mark, condition)) -%}
        {%- endfor -%}
        {%- do slices.append(parts[0]) -%}
    {%- endfor -%}
    {{ return(slices if slices | length > 1 else [code]) }}
{%- endmacro %}

{#-
    What dbt-duckdb's own macro does, and the rows of further slices. A table without a contract that has ids to store uncompressed is declared
    first: `create table as` takes no compression.
-#}
{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) -%}
    {%- set slices = slices_of(compiled_code) -%}
    {%- set is_contracted = config.get('contract').enforced and not temporary -%}
    {%- set ids = [] if is_contracted or temporary or model.resource_type != 'model' else uncompressed_ids() -%}
    {%- if ids %}
    create table {{ relation }} (
        {%- for column in run_query('describe ' ~ slices[0]) %}
        {{ adapter.quote(column[0]) }} {{ column[1] }}{{ compression(column[0], column[1], ids) }}{{ ',' if not loop.last }}
        {%- endfor %}
    );
    {%- else %}
    {{ dbt.duckdb__create_table_as(temporary, relation, slices[0], language, partitioned_by, sorted_by) }}
    {%- endif %}
    {%- for slice in (slices if ids else slices[1:]) %}
        {%- if is_contracted %}
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
