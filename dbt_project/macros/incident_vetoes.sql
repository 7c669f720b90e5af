{#-
    What keeps two units, `a` and `b` (rows of int_incident_units or of what holds their columns), from being one incident.
    None of these is ever NULL: what is unknown keeps nothing apart.
-#}

{#- Whether both days are known exactly, and none is shared. -#}
{% macro are_of_other_days(a, b) -%}
    coalesce(
        {{ a }}.date_precision = 1
        and {{ b }}.date_precision = 1
        and ({{ a }}.date_start > {{ b }}.date_end or {{ b }}.date_start > {{ a }}.date_end),
        false
    )
{%- endmacro %}

{#- Whether both places are known exactly, and lie more than 25 km apart. -#}
{% macro are_of_other_places(a, b) -%}
    coalesce(
        {{ place_precision(a, b) }} <= 2
        and {{ distance_km(a ~ '.latitude', a ~ '.longitude', b ~ '.latitude', b ~ '.longitude') }} > 25,
        false
    )
{%- endmacro %}

{#- The coarser of both precisions of the place, 6 where a place is not known. -#}
{% macro place_precision(a, b) -%}
    greatest(coalesce({{ a }}.location_precision, 6), coalesce({{ b }}.location_precision, 6))
{%- endmacro %}
