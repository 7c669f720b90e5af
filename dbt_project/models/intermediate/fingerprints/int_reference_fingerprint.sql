{#- Code lists and actors that rows of facts are made with, and the code that makes them. -#}
{% set code_lists = [
    ref('int_actors'), ref('incident_types'), ref('int_incident_type_ancestors'), ref('vague_quantities'),
    ref('victim_categories'), ref('speech_acts'), ref('plover_events'), ref('plover_contexts'),
    ref('states'), ref('acled_regions')
] %}
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
        '{{ code_checksum() }}',
        '{{ var('incident_link_threshold') }} {{ var('statement_link_threshold') }}'
    ) as fingerprint,
    cast(null as varchar) as seeds_checksum
from list_hashes
