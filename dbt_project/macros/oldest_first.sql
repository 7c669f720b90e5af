{#-
    The order in which a full refresh writes the rows of a model: that of the news, in which loads add to it afterwards. What one load reads
    and changes then lies together at the end of the table: few of its blocks are read (see rows_of.sql) and copied, few of its Parquet
    parts are written anew, and who asks for a time is answered from a part of it.
-#}
{% macro oldest_first(moment) -%}
    {%- if not is_incremental() -%}
        order by {{ moment }}
    {%- endif -%}
{%- endmacro %}
