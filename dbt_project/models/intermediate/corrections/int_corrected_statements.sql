{{ config(materialized='view') }}

with

corrections as not materialized (

    -- Held as a CTE, it would be in the way of those who look for a few statements.
    select * from {{ ref('int_object_corrections') }}
    where object_type = 'statement'

),

statements as (

    select * from {{ ref('stg_statement_mentions') }}

),

mentions as (

    select * from {{ ref('stg_incident_mentions') }}
    where
        incident_mention_id in (
            select corrections.edits['about_incident_mention_id'] from corrections
        )

)

select
    statements.* replace (
        {{ corrected('statements', 'speaker_actor_id') }} as speaker_actor_id,
        {{ corrected('statements', 'speaker_name') }} as speaker_name,
        {{ corrected('statements', 'organisation_actor_id') }} as organisation_actor_id,
        {{ corrected('statements', 'is_official', 'boolean') }}
        and not coalesce(corrections.is_rejected, false) as is_official,
        statements.is_statement and not coalesce(corrections.is_rejected, false) as is_statement,
        case
            when map_contains(corrections.edits, 'about_incident_mention_id')
                then mentions.article_incident_id
            else statements.about_article_incident_id
        end as about_article_incident_id
    ),
    corrections.correction_id,
    coalesce(corrections.is_rejected, false) as is_rejected,
    coalesce(
        map_contains(corrections.edits, 'organisation_actor_id')
        or map_contains(corrections.edits, 'speaker_actor_id'),
        false
    ) as is_speaker_corrected
from statements
left join corrections on statements.statement_id = corrections.object_id
left join mentions
    on corrections.edits['about_incident_mention_id'] = mentions.incident_mention_id
