{#-
    The columns of this model whose ids DuckDB stores as they are. An id is a hash: DuckDB's compression halves it, and to look through a column
    of them then takes three times as long. They are those that hardly repeat: what is tested to be a key, and by their names the ids of what an
    article says. Where one id stands in many rows behind each other, as that of the article, DuckDB lists it once.
-#}
{% macro uncompressed_ids() -%}
    {%- set ids = [
        'casualty_id', 'event_id', 'incident_mention_id', 'mention_id', 'report_id', 'statement_group_id', 'statement_id', 'telling_id', 'unit_id',
        'utterance_id'
    ] -%}
    {%- for test in graph.nodes.values() if test.attached_node == model.unique_id and test.test_metadata.name == 'primary_key' -%}
        {%- do ids.append(test.test_metadata.kwargs.column_name | replace('"', '')) -%}
    {%- endfor -%}
    {{ return(model.columns.values() | map(attribute='name') | select('in', ids) | list) }}
{%- endmacro %}

{#- Behind the type of a column, that of `ids`, the result of `uncompressed_ids`. -#}
{% macro compression(column, data_type, ids) -%}
    {{ ' using compression uncompressed' if column in ids and data_type | lower == 'varchar' }}
{%- endmacro %}
