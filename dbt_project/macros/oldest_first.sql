{#-
    The order in which the rows of a model are written: that of the news, also where a full refresh or a new release writes all of them, as
    loads do one after the other. What one load reads and changes then lies together at the end of the table: few of its blocks are
    read (see rows_of.sql) and copied, few of its Parquet parts are written anew, and who asks for a time is answered from a part of it.
    `columns` begin with a moment; where every load makes the whole model anew its key follows, so that rows stay where they were.
-#}
{% macro oldest_first(columns) -%}
    order by {{ columns }}
{%- endmacro %}
