{#- Great-circle distance in kilometres between two points given in WGS 84 degrees; NULL where one is NULL. -#}
{% macro distance_km(latitude_a, longitude_a, latitude_b, longitude_b) -%}
    12742 * asin(least(1.0, sqrt(
        pow(sin(radians({{ latitude_b }} - {{ latitude_a }}) / 2), 2)
        + cos(radians({{ latitude_a }})) * cos(radians({{ latitude_b }}))
        * pow(sin(radians({{ longitude_b }} - {{ longitude_a }}) / 2), 2)
    )))
{%- endmacro %}

{#- The same as a function of the published database, for joins with other datasets; a post-hook of exports.acled. -#}
{% macro create_distance_km() -%}
create or replace macro exports.distance_km(latitude_a, longitude_a, latitude_b, longitude_b) as
{{ distance_km('latitude_a', 'longitude_a', 'latitude_b', 'longitude_b') }};

comment on macro exports.distance_km is
'Great-circle distance in kilometres between two points in degrees; NULL where one is NULL.'
{%- endmacro %}
