{#- The units of int_statement_units, each once, as `delete_touched_components` wants them. -#}
{% macro told_once() -%}
    (
        select
            statement_id,
            unit_id,
            fingerprint,
            null::varchar as link_key
        from {{ ref('int_statement_units') }}
        where statement_id = unit_id
    )
{%- endmacro %}

{#-
    Deletes what rpt_statement_repeats, the model, holds of groups that a changed article tells or told; what it lacks then, it
    makes.
-#}
{% macro delete_retold_groups(fingerprints, statement_groups) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where statement_group_id in (
            select built.statement_group_id
            from {{ this }} as built
            where not exists (
                select 1
                from {{ fingerprints }} as fingerprints
                where
                    fingerprints.article_id = built.article_id
                    and fingerprints.article_version = built.article_version
                    and not fingerprints.is_changed
            )

            union

            select statement_groups.statement_group_id
            from {{ statement_groups }} as statement_groups
            inner join {{ fingerprints }} as fingerprints using (article_id, article_version)
            where fingerprints.is_changed
        )
    {%- endif -%}
{%- endmacro %}

{#- The condition that makes a row of int_statement_pairs a link, which groups can grow along. -#}
{% macro is_statement_link(pairs) -%}
    (
        not {{ pairs }}.is_vetoed
        and {{ pairs }}.score >= {{ var('statement_link_threshold') }}
    )
{%- endmacro %}
