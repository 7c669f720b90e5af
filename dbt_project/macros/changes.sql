{#-
    Which fingerprints are new: those that the last complete run did not have. Models and tests that look at these alone
    cost what a load changes, whatever the warehouse holds.

    A model of fingerprints ends in `with_changes` or `new_changes`, which adds `is_changed` to its rows, and a row without a fingerprint, changed
    too, for every key that is gone: what was made of it is found by its key, or by the fingerprints it had, `former_fingerprints`. Once every
    model of a run was built, and in a build every test has passed, `settle_changes` forgets the keys that are gone and calls all others
    unchanged; after a run that failed or left something out they stay, and the next one builds and tests them again. After a full refresh all
    rows are changed. Seeds, the models tagged `reference`, which are made of seeds alone, and their tests may be left out: a load does while the
    seeds are those of the last complete run.
-#}
{% macro with_changes(rows, key) -%}
    {%- set former_columns = columns_of_former() -%}
    {%- set former_fingerprints = 'built.former_fingerprints' if 'former_fingerprints' in former_columns else 'cast(null as ubigint[])' -%}
    {%- if 'is_changed' in former_columns -%}
    select
        {{ rows }}.*,
        coalesce(built.is_changed or built.fingerprint != {{ rows }}.fingerprint, true) as is_changed,
        list_concat(
            {{ former_fingerprints }},
            case when built.fingerprint != {{ rows }}.fingerprint then [built.fingerprint] end
        ) as former_fingerprints
    from {{ rows }}
    left join {{ this }} as built
        on
            {%- for column in key %}
            {{ rows }}.{{ column }} = built.{{ column }}{{ ' and' if not loop.last }}
            {%- endfor %}
    {%- else -%}
    select
        *,
        true as is_changed,
        cast(null as ubigint[]) as former_fingerprints
    from {{ rows }}
    {%- endif -%}
    {%- if execute and load_cached_relation(this) is not none %}

    union all by name

    select
        {% for column in key -%}
        {{ column }},
        {% endfor -%}
        null as fingerprint,
        true as is_changed,
        list_concat(
            {{ former_fingerprints | replace('built.', '') }},
            case when fingerprint is not null then [fingerprint] end
        ) as former_fingerprints
    from {{ this }}
    anti join {{ rows }} using ({{ key | join(', ') }})
    {%- endif -%}
{%- endmacro %}

{#-
    The same for an incremental model of fingerprints, whose `rows` are those of the keys that a load may have changed: gives those that it
    has, each in the place of the former. `gone` is a CTE with the keys, of those that were, which are no more. What fingerprints the keys had is
    told where `with_former` asks for it.
-#}
{% macro new_changes(rows, key, gone, with_former=false) -%}
    {%- if is_incremental() -%}
    select
        new_rows.*
        {%- if with_former %},
        list_concat(
            built.former_fingerprints,
            case when built.fingerprint is not null then [built.fingerprint] end
        ) as former_fingerprints
        {%- endif %}
    from (
        select
            {{ rows }}.*,
            true as is_changed
        from {{ rows }}
        anti join {{ this }} using ({{ key | join(', ') }}, fingerprint)

        union all by name

        select
            {{ gone }}.*,
            null as fingerprint,
            true as is_changed
        from {{ gone }}
    ) as new_rows
    {%- if with_former %}
    left join {{ this }} as built
        on
            {%- for column in key %}
            new_rows.{{ column }} = built.{{ column }}{{ ' and' if not loop.last }}
            {%- endfor %}
    {%- endif %}
    {%- else -%}
    select
        *,
        true as is_changed
        {%- if with_former %},
        cast(null as ubigint[]) as former_fingerprints
        {%- endif %}
    from {{ rows }}
    {%- endif -%}
{%- endmacro %}

{#-
    The fingerprints that no row may carry before it is made anew: those that changed keys have, as an incomplete run may have made something of
    them, and had.
-#}
{% macro outdated_fingerprints(driver) -%}
    select fingerprint
    from {{ driver }}
    where is_changed and fingerprint is not null

    union all

    select unnest(former_fingerprints)
    from {{ driver }}
    where is_changed
{%- endmacro %}

{#- The columns of the table that a model replaces, none in the first run and in a full refresh. -#}
{% macro columns_of_former() -%}
    {%- if execute and not flags.FULL_REFRESH -%}
        {%- set former = load_cached_relation(this) -%}
        {%- if former is not none -%}
            {{ return(adapter.get_columns_in_relation(former) | map(attribute='name') | list) }}
        {%- endif -%}
    {%- endif -%}
    {{ return([]) }}
{%- endmacro %}

{#- The hook at the end of a run; `results` is what dbt knows of it. What seeds and code were is recorded for the next load, where one asks. -#}
{% macro settle_changes(results) -%}
    {%- if execute and flags.WHICH in ('build', 'run') -%}
        {%- set kinds = ['model', 'test'] if flags.WHICH == 'build' else ['model'] -%}
        {%- set done = results | selectattr('status', 'in', ['success', 'pass', 'warn']) | map(attribute='node.unique_id') | list -%}
        {%- set seeds = graph.nodes.values() | selectattr('resource_type', 'equalto', 'seed') | map(attribute='unique_id') | list -%}
        {%- set with_seeds = results | map(attribute='node.unique_id') | select('in', seeds) | list -%}
        {%- set reference = seeds | list -%}
        {%- for node in graph.nodes.values() if 'reference' in node.tags -%}
            {%- do reference.append(node.unique_id) -%}
        {%- endfor -%}
        {%- set missing = [] -%}
        {%- for node in graph.nodes.values() if node.resource_type in kinds and node.unique_id not in done -%}
            {%- set looked_at = [node.unique_id] if node.resource_type == 'model' else node.depends_on.nodes -%}
            {%- if with_seeds or looked_at | reject('in', reference) | list -%}
                {%- do missing.append(node.unique_id) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if not missing -%}
            {%- if flags.WHICH == 'build' %}
            update {{ graph.nodes['model.' ~ project_name ~ '.int_reference_fingerprint'].relation_name }}
            set
                seeds_checksum = nullif('{{ env_var('CONFLICT_LEDGER_SEEDS_CHECKSUM', '') }}', ''),
                code_checksum = coalesce(nullif('{{ env_var('CONFLICT_LEDGER_CODE_CHECKSUM', '') }}', ''), code_checksum);
            {% endif -%}
            {%- for node in models_of_fingerprints() %}
            delete from {{ node.relation_name }} where fingerprint is null;
            update {{ node.relation_name }}
            set is_changed = false {{- ', former_fingerprints = null' if 'former_fingerprints' in node.columns }}
            where is_changed;
            {% endfor -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- The nodes of the models that hold fingerprints with `is_changed`. -#}
{% macro models_of_fingerprints() -%}
    {{ return(graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | selectattr('columns.is_changed', 'defined') | list) }}
{%- endmacro %}

{#-
    The rows of the table `rows` for a singular test: those whose `key` has a new fingerprint, or all where a build is not incremental.
-#}
{% macro made_anew(rows, fingerprints, key) -%}
    {%- if tests_new_rows_only() -%}
    (
        select *
        from {{ rows }}
        where
            {{ found_by_position(
                rows,
                'read_rows.' ~ key ~ ' in (select changed.' ~ key ~ ' from ' ~ fingerprints ~ ' as changed where changed.is_changed)',
                'rowid'
            ) }}
    )
    {%- else -%}
    {{ rows }}
    {%- endif -%}
{%- endmacro %}

{#- Whether the tests of this run leave out what a complete run has tested: `dbt test` and a full refresh never do. -#}
{% macro tests_new_rows_only() -%}
    {{ return(execute and flags.WHICH == 'build' and not flags.FULL_REFRESH) }}
{%- endmacro %}

{#-
    The condition that no complete load has proven what was read of an article; also that it stands in `corrections`, where that is given. By one
    column, not two: only for the keys of a single one DuckDB has a filter while it scans.
-#}
{% macro unproven(corrections=none) -%}
    article_id in (
        select article_id
        from staging.article_extractions
        where not is_proven
        {%- if corrections %}
        union all
        select article_id
        from {{ corrections }}
        {%- endif %}
    )
{%- endmacro %}

{#-
    What dbt hands to a generic test instead of the relation. In an incremental build it holds the rows that are new only: of an
    incremental model those made from a new fingerprint, of a staging table those of articles that no complete load has proven, of a view
    that corrects one also those of articles that are corrected.
    For a key it holds all rows that share the key, or its first column, with a new one. The order of columns is a matter of no row.
-#}
{% macro get_where_subquery(relation) -%}
    {%- set conditions = [] -%}
    {%- if config.get('where') -%}
        {%- do conditions.append(config.get('where')) -%}
    {%- endif -%}
    {%- if tests_new_rows_only() and model.test_metadata.name != 'columns_in_order' -%}
        {%- set node = tested_node() -%}
        {%- set new_rows = are_new_rows(node) -%}
        {%- if new_rows and model.test_metadata.name in ('primary_key', 'unique_combination') -%}
            {%- set key = model.test_metadata.kwargs.get('columns', [model.test_metadata.kwargs.column_name])[0] -%}
            {%- set new_rows = key ~ ' in (select ' ~ key ~ ' from ' ~ relation ~ ' where ' ~ new_rows ~ ')' -%}
        {%- endif -%}
        {%- if new_rows -%}
            {%- do conditions.append(found_by_position(relation, new_rows, 'row_position' if 'row_position' in node.columns else 'rowid')) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if conditions -%}
        {{ return('(select * from ' ~ relation ~ ' where (' ~ conditions | join(') and (') ~ ')) as new_rows') }}
    {%- endif -%}
    {{ return(relation) }}
{%- endmacro %}

{#- What the generic test at hand looks at. -#}
{% macro tested_node() -%}
    {{ return(graph.nodes.get(model.attached_node) or graph.sources.get(model.depends_on.nodes[0])) }}
{%- endmacro %}

{#- The condition that a row of `node` is new; none where all rows are made anew by every load. -#}
{% macro are_new_rows(node) -%}
    {%- if node.resource_type == 'source' and node.schema == 'staging' and 'article_version' in node.columns -%}
        {{ return(unproven()) }}
    {%- elif node.resource_type == 'model' and 'is_changed' in node.columns -%}
        {{ return('is_changed') }}
    {%- elif node.resource_type == 'model' and node.config.materialized == 'view' -%}
        {%- set corrections = graph.nodes['model.' ~ project_name ~ '.int_object_corrections'] -%}
        {%- if corrections.unique_id in node.depends_on.nodes and 'article_version' in node.columns -%}
            {{ return(unproven(corrections.relation_name)) }}
        {%- endif -%}
    {%- elif node.resource_type == 'model' and node.config.materialized == 'incremental' -%}
        {%- if 'extracted_at' in node.columns -%}
            {{ return(unproven()) }}
        {%- else -%}
            {%- set changes = [] -%}
            {%- for driver in models_of_fingerprints() if driver.unique_id in node.depends_on.nodes -%}
                {%- do changes.append('select fingerprint from ' ~ driver.relation_name ~ ' where is_changed') -%}
            {%- endfor -%}
            {%- set conditions = [] -%}
            {%- for column in ('fingerprint', 'fingerprint_a', 'fingerprint_b') if changes and column in node.columns -%}
                {%- do conditions.append(column ~ ' in (' ~ changes | join(' union all ') ~ ')') -%}
            {%- endfor -%}
            {{ return(conditions | join(' or ')) }}
        {%- endif -%}
    {%- endif -%}
    {{ return('') }}
{%- endmacro %}
