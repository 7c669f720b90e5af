{{ config(materialized='view') }}

with

casualties as (

    select * from {{ ref('stg_casualty_mentions') }}

),

corrections as (

    select * from {{ ref('int_object_corrections') }}
    where object_type = 'casualty'

),

corrected_statements as (

    select object_id as statement_id
    from {{ ref('int_object_corrections') }}
    where object_type = 'statement'

),

statements as (

    select
        statement_id,
        coalesce(organisation_actor_id, speaker_actor_id) as actor_id
    from {{ ref('int_corrected_statements') }}
    where
        is_speaker_corrected
        -- Follows from the above, and leaves all other statements unread.
        and statement_id in (select corrected_statements.statement_id from corrected_statements)

),

rejected_mentions as (

    select object_id as incident_mention_id
    from {{ ref('int_object_corrections') }}
    where object_type = 'incident_mention' and is_rejected

),

actors as (

    select * from {{ ref('int_actors') }}

),

edited as (

    select
        casualties.* replace (
            {{ corrected('casualties', 'incident_mention_id') }} as incident_mention_id,
            {{ corrected('casualties', 'count_min', 'integer') }} as count_min,
            case
                when map_contains(corrections.edits, 'count_max')
                    then corrections.edits['count_max']::integer
                -- A single figure that was edited stays a single figure.
                when
                    map_contains(corrections.edits, 'count_min')
                    and casualties.count_max = casualties.count_min
                    then corrections.edits['count_min']::integer
                else casualties.count_max
            end as count_max,
            {{ corrected('casualties', 'count_kind') }} as count_kind,
            {{ corrected('casualties', 'count_scope') }} as count_scope,
            {{ corrected('casualties', 'harm_type') }} as harm_type,
            {{ corrected('casualties', 'victim_category') }} as victim_category,
            {{ corrected('casualties', 'victim_side_actor_id') }} as victim_side_actor_id,
            case
                when map_contains(corrections.edits, 'claimed_by_actor_id')
                    then corrections.edits['claimed_by_actor_id']
                -- A claim is made by whoever makes its statement.
                when statements.statement_id is not null then statements.actor_id
                else casualties.claimed_by_actor_id
            end as claimed_by_actor_id,
            {{ corrected('casualties', 'is_counted', 'boolean') }} as is_counted,
            {{ corrected('casualties', 'is_total', 'boolean') }} as is_total,
            {{ corrected('casualties', 'realis') }} as realis
        ),
        casualties.claimed_by_actor_id as extracted_claimant_id,
        corrections.correction_id,
        coalesce(corrections.is_rejected, false) as is_rejected
    from casualties
    left join corrections on casualties.casualty_id = corrections.object_id
    left join statements on casualties.statement_id = statements.statement_id

)

select
    edited.* exclude (extracted_claimant_id) replace ( -- noqa: RF02
        case
            when edited.count_max < edited.count_min then edited.count_min
            else edited.count_max
        end as count_max,
        case
            when edited.claimed_by_actor_id is distinct from edited.extracted_claimant_id
                then coalesce(actors.name, edited.claimed_by_name)
            else edited.claimed_by_name
        end as claimed_by_name,
        case
            when
                edited.claimed_by_actor_id is distinct from edited.extracted_claimant_id
                and edited.claimed_by_actor_id is not null
                and edited.attribution_kind in ('journalist', 'anonymous')
                then 'explicit'
            else edited.attribution_kind
        end as attribution_kind,
        -- Whose incident is none, or whose words say nothing of the kind, is not counted.
        edited.is_counted
        and not edited.is_rejected
        and rejected_mentions.incident_mention_id is null as is_counted
    )
from edited
left join rejected_mentions on edited.incident_mention_id = rejected_mentions.incident_mention_id
left join actors on edited.claimed_by_actor_id = actors.actor_id
