{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='incident_id',
        on_schema_change='fail'
    )
}}

-- depends_on: {{ ref('int_incident_members') }}
with

all_clusters as not materialized (

    -- Each use reads only the rows and columns it needs of the whole table.
    select * from {{ ref('int_incident_clusters') }}

),

article_fingerprints as not materialized (

    select * from {{ ref('int_article_incident_fingerprints') }}

),

touched as (

    select distinct all_clusters.incident_id
    from all_clusters
    {% if is_incremental() %}
        where
            all_clusters.article_id in (
                select article_fingerprints.article_id
                from article_fingerprints
                where article_fingerprints.is_changed
            )

        union

        select all_clusters.incident_id
        from all_clusters
        inner join {{ ref('int_incident_members') }} as members
            on all_clusters.unit_id = members.unit_id
        where members.is_changed
    {% endif %}

),

clusters as{{ read_first() }} (

    select * from {{ rows_of(ref('int_incident_clusters'), 'incident_id', 'touched') }}

),

fingerprints as{{ read_first() }} (

    select * from article_fingerprints
    where article_id in (select clusters.article_id from clusters)

),

fingerprinted as (

    select
        clusters.incident_id,
        min(fingerprints.reading_order) as reading_order,
        {{ rows_hash(['clusters.unit_id', 'fingerprints.fingerprint']) }} as fingerprint
    from clusters
    inner join fingerprints
        on
            clusters.article_id = fingerprints.article_id
            and clusters.article_version = fingerprints.article_version
    group by clusters.incident_id

),

gone as (

    {% if is_incremental() %}
        select built.incident_id
        from {{ this }} as built
        anti join all_clusters using (incident_id)
    {% else %}
        select null::varchar as incident_id
        where false
    {% endif %}

)

{{ new_changes('fingerprinted', ['incident_id'], 'gone') }}
