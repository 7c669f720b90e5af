{#- A key that depends only on its parts: the first 20 hex digits of a SHA-256, as in extract/records.py. -#}
{% macro stable_id(parts) -%}
    left(sha256(concat_ws(chr(31), {{ parts | join(', ') }})), 20)
{%- endmacro %}
