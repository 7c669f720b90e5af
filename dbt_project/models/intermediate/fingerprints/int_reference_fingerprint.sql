{#- Code lists and actors that rows of facts are made with, and the models that make them. -#}
{% set code_lists = [
    ref('int_actors'), ref('incident_types'), ref('int_incident_type_ancestors'), ref('vague_quantities'),
    ref('victim_categories'), ref('speech_acts'), ref('plover_events'), ref('plover_contexts'),
    ref('states'), ref('acled_regions')
] %}
{% set models = [] %}
{% if execute %}
    {% for node in graph.nodes.values() if node.resource_type == 'model' %}
        {% do models.append(node.name ~ ':' ~ node.checksum.checksum) %}
    {% endfor %}
{% endif %}
with

list_hashes as (

    {% for code_list in code_lists %}
        select
            {{ loop.index }} as list_index,
            {{ rows_hash(['code_list']) }} as list_hash
        from {{ code_list }} as code_list
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    hash(
        list(list_hash order by list_index),
        '{{ local_md5(models | sort | join(' ')) }}',
        '{{ var('incident_link_threshold') }} {{ var('statement_link_threshold') }}'
    ) as fingerprint
from list_hashes
