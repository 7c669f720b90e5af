with

corrections as (

    select * from {{ ref('int_object_corrections') }}
    where object_type = 'incident'

),

details as (

    select * from {{ ref('stg_corrections') }}

),

mentions as (

    select * from {{ ref('int_corrected_incident_mentions') }}

),

clusters as (

    select * from {{ ref('int_incident_clusters') }}

),

named as (

    select
        clusters.incident_id,
        unnest(corrections.correction_ids) as correction_id
    from corrections
    inner join mentions on corrections.object_id = mentions.incident_mention_id
    inner join clusters
        on
            mentions.article_id = clusters.article_id
            and mentions.article_version = clusters.article_version
            and mentions.article_incident_id = clusters.article_incident_id

),

latest as (

    -- Several mentions may name the incident; the later correction of a column counts.
    select
        named.incident_id,
        details.correction_id,
        details.corrected_at,
        details.decision,
        details.column_name,
        details.new_value
    from (select distinct * from named) as named
    inner join details on named.correction_id = details.correction_id
    qualify row_number() over (
        partition by named.incident_id, coalesce(details.column_name, '')
        order by {{ latest_correction_first('details') }}
    ) = 1

)

select
    incident_id,
    map(
        coalesce(list(column_name order by column_name) filter (where decision = 'edit'), []),
        coalesce(list(new_value order by column_name) filter (where decision = 'edit'), [])
    ) as edits,
    arg_max(correction_id, (corrected_at, correction_id)) as correction_id,
    list(correction_id order by correction_id) as correction_ids
from latest
group by incident_id
