{#- The columns whose value is an incident mention of the same article, found again by an anchor of its own. -#}
{% macro pointer_columns() -%}
    ('incident_mention_id', 'about_incident_mention_id')
{%- endmacro %}

{#- The later of two corrections of one thing counts. -#}
{% macro latest_correction_first(alias) -%}
    {{ alias }}.corrected_at desc, {{ alias }}.correction_id desc
{%- endmacro %}

{#-
    The value of a column after the edits of `corrections`, a relation with a map `edits` from column to text.
    A column that was edited to nothing is NULL.
-#}
{% macro corrected(relation, column, data_type='varchar', corrections='corrections') -%}
    case
        when map_contains({{ corrections }}.edits, '{{ column }}')
            then {{ corrections }}.edits['{{ column }}']::{{ data_type }}
        else {{ relation }}.{{ column }}
    end
{%- endmacro %}

{#- The first or last day after edits; where only one of the two was edited, the other never lies beyond it. -#}
{% macro corrected_date_start(start_column, end_column) -%}
    case
        when map_contains(corrections.edits, 'date_start')
            then corrections.edits['date_start']::date
        when corrections.edits['date_end'] is not null
            then least({{ start_column }}, corrections.edits['date_end']::date)
        when map_contains(corrections.edits, 'date_end') then null
        else {{ start_column }}
    end
{%- endmacro %}

{% macro corrected_date_end(start_column, end_column) -%}
    case
        when corrections.edits['date_start'] is not null
            then greatest(
                coalesce(corrections.edits['date_end']::date, {{ end_column }}),
                corrections.edits['date_start']::date
            )
        when map_contains(corrections.edits, 'date_start') then null
        when map_contains(corrections.edits, 'date_end')
            then corrections.edits['date_end']::date
        else {{ end_column }}
    end
{%- endmacro %}
