{#-
    A hash of some rows, whatever their order: an aggregate, or a window function with `over (…)` behind it. Every row is hashed twice,
    as DuckDB joins the hashes of columns by XOR: of what two rows share in their last column, one XOR over both keeps nothing.
-#}
{% macro rows_hash(columns) -%}
    bit_xor(hash(hash({{ columns | join(', ') }})))
{%- endmacro %}
