with roles as (
    select perpetrator_actor_id as actor_id, 'named as perpetrator' as role, incident_id
    from shown_incidents
    union all
    select target_actor_id, 'named as target', incident_id
    from shown_incidents
)

select
    roles.actor_id as page_id,
    row_number() over (
        partition by roles.actor_id
        order by incidents.last_reported_at desc nulls last, incidents.incident_id, roles.role
    ) as position,
    roles.role,
    count(*) over (partition by roles.actor_id) as total,
    incidents.*
from roles
inner join shown_incidents as incidents using (incident_id)
where roles.actor_id is not null
qualify position <= 50
