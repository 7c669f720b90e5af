{#- Code lists and actors that rows of facts are made with, and the code that makes them. -#}
{% set code_lists = [
    ref('int_actors'), ref('incident_types'), ref('int_incident_type_ancestors'), ref('vague_quantities'),
    ref('victim_categories'), ref('speech_acts'), ref('plover_events'), ref('plover_contexts'),
    ref('states'), ref('acled_regions')
] %}
{% set former = load_cached_relation(this) if execute else none -%}
{% set former_columns = adapter.get_columns_in_relation(former) | map(attribute='name') | list if former else [] -%}
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
    cast(null as varchar) as seeds_checksum,
    {% if 'code_checksum' in former_columns %}
        (select former.code_checksum from {{ this }} as former) as code_checksum
    {% else %}
        cast(null as varchar) as code_checksum
    {% endif %}
from list_hashes
