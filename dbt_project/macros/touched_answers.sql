{#-
    The groups of statements of which rpt_denied_accusations looks at all answers anew: a telling is changed, was grouped anew, as happens to
    those that are left when one is gone, or tells of an incident that is changed.
-#}
{% macro touched_answer_groups() -%}
    select statement_group_id
    from {{ ref('int_statement_groups') }}
    where article_id in ({{ changed(ref('int_article_statement_fingerprints'), ['article_id'], order=none) }})

    union

    select statement_group_id
    from {{ ref('int_statement_groups') }}
    where unit_id in ({{ changed(ref('int_statement_members'), ['unit_id'], order=none) }})

    union

    select statement_group_id
    from {{ ref('rpt_denials_and_accusations') }}
    where about_incident_id in ({{ changed(ref('int_incident_fingerprints'), ['incident_id'], order=none) }})
{%- endmacro %}

{#- Deletes the answers of these groups from rpt_denied_accusations, the model, and those that a changed article told, or one that is gone. -#}
{% macro delete_touched_answers() -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where
            {%- for side in ('accusation', 'denial') %}
            {{ side }}_statement_group_id in (
                {{ touched_answer_groups() }}
            )
            or {{ side }}_article_id in (
                select articles.article_id
                from {{ ref('int_article_statement_fingerprints') }} as articles
                where articles.is_changed
            )
            {{- ' or' if not loop.last }}
            {%- endfor %}
    {%- endif -%}
{%- endmacro %}
