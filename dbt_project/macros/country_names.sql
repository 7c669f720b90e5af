{#- Countries by their ISO code, under the names they have as places: for views, which see published tables only. -#}
{% macro country_names() -%}
    select
        country_iso3,
        min(name) as country
    from {{ ref('dim_locations').include(database=false) }}
    where feature = 'country' and country_iso3 is not null
    group by country_iso3
{%- endmacro %}
