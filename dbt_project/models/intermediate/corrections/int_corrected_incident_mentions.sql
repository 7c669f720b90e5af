{{ config(materialized='view') }}

with

mentions as (

    select * from {{ ref('stg_incident_mentions') }}

),

corrections as (

    select * from {{ ref('int_object_corrections') }}
    where object_type = 'incident_mention'

)

select
    mentions.* replace (
        {{ corrected('mentions', 'incident_type') }} as incident_type,
        {{ corrected('mentions', 'level') }} as level,
        {{ corrected('mentions', 'realis') }} as realis,
        {{ corrected('mentions', 'location_id') }} as location_id,
        {{ corrected('mentions', 'location_precision', 'integer') }} as location_precision,
        {{ corrected_date_start('mentions.date_start', 'mentions.date_end') }} as date_start,
        {{ corrected_date_end('mentions.date_start', 'mentions.date_end') }} as date_end,
        {{ corrected('mentions', 'date_precision', 'integer') }} as date_precision,
        {{ corrected('mentions', 'weapon') }} as weapon
    ),
    corrections.correction_id
from mentions
left join corrections on mentions.incident_mention_id = corrections.object_id
where not coalesce(corrections.is_rejected, false)
