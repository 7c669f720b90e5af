{#-
    fct_casualty_estimates as it stood at a moment: from the article versions that were taken in by then, and not yet
    replaced or withdrawn. `as_of` is a timestamp literal, for instance
    dbt show --inline "{{ casualty_estimates_as_of('2026-03-01 12:00') }}"
    The incidents are those of today's clustering.
-#}
{% macro casualty_estimates_as_of(as_of) %}
with

claims as (

    select *
    from {{ ref('int_incident_claims') }}
    where
        ingested_at <= timestamptz '{{ as_of }}'
        and coalesce(replaced_at > timestamptz '{{ as_of }}', true)

),

{{ casualty_voices('claims', ['incident_id']) }},

{{ casualty_estimates('voices', ['incident_id']) }}

select *
from estimates
{% endmacro %}
