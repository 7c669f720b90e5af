with participants as (
    select
        bridge.incident_id,
        participants.role,
        participants.polarity,
        participants.actor_id,
        coalesce(actors.name, participants.participant_text) as name,
        list(distinct participants.basis order by participants.basis) as bases,
        count(distinct bridge.article_id) as article_count
    from marts.bridge_incident_mentions as bridge
    semi join shown_incidents using (incident_id)
    inner join staging.incident_participants as participants
        using (incident_mention_id, article_id, article_version)
    inner join shown_articles using (article_id, article_version)
    left join marts.dim_actors as actors using (actor_id)
    group by all
)

select
    incident_id as page_id,
    row_number() over (
        partition by incident_id order by role, article_count desc, name, polarity desc
    ) as position,
    role,
    polarity,
    actor_id,
    name,
    bases,
    article_count
from participants
