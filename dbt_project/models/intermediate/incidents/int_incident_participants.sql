{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_incident_fingerprints'), ['incident_id']) }}"
    )
}}

-- depends_on: {{ ref('int_incident_fingerprints') }}
with

new_incidents as (

    {{ unbuilt(ref('int_incident_fingerprints'), ['incident_id']) }}

),

clusters as (

    select *
    from {{ rows_of(ref('int_incident_clusters'), 'incident_id', 'new_incidents') }}

),

participants as{{ read_first() }} (

    select * from {{ rows_of_view(ref('stg_incident_participants'), 'article_id', 'clusters') }}

),

mentions as{{ read_first() }} (

    select * from {{ rows_of_view(ref('int_corrected_incident_mentions'), 'article_id', 'clusters') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

corrected_sides as (

    select * from {{ ref('int_incident_side_corrections') }}

),

joined as (

    select
        clusters.incident_id,
        case participants.role
            when 'perpetrator' then 'perpetrator'
            when 'initiator' then 'perpetrator'
            else 'target'
        end as side,
        participants.role,
        participants.actor_id,
        participants.basis,
        participants.polarity,
        participants.participant_text,
        actors.party_id,
        coalesce(actors.name, participants.participant_text) as participant_name,
        mentions.article_id,
        mentions.trigger_start,
        -- Who admits it is the best evidence; then what reporters state; then what the others allege.
        case participants.basis when 'claimed' then 1 when 'stated' then 2 else 3 end as basis_rank,
        case participants.role when 'perpetrator' then 1 when 'target' then 1 else 2 end as role_rank,
        count(distinct mentions.article_id) over (
            partition by
                clusters.incident_id,
                participants.role,
                participants.basis,
                participants.polarity,
                coalesce(participants.actor_id, lower(participants.participant_text))
        ) as carrier_count
    from participants
    inner join mentions on participants.incident_mention_id = mentions.incident_mention_id
    inner join clusters
        on
            mentions.article_id = clusters.article_id
            and mentions.article_version = clusters.article_version
            and mentions.article_incident_id = clusters.article_incident_id
    left join actors on participants.actor_id = actors.actor_id
    where mentions.realis = 'actual' or participants.polarity = 'neg'

),

ranked as (

    select
        incident_id,
        side,
        role,
        actor_id,
        party_id,
        participant_name,
        basis,
        polarity,
        row_number() over (
            partition by incident_id, side, polarity
            order by
                role_rank asc,
                actor_id is null asc,
                basis_rank asc,
                carrier_count desc,
                article_id asc,
                trigger_start asc,
                participant_text asc
        ) as preference
    from joined

),

final as (

    -- A side that a person has named is that one, whatever reports say.
    select ranked.*
    from ranked
    anti join corrected_sides using (incident_id, side)

    union all by name

    select *
    from corrected_sides
    where actor_id is not null

)

select
    final.*,
    new_incidents.fingerprint
from final
inner join new_incidents on final.incident_id = new_incidents.incident_id
