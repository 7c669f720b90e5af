select
    location_id as page_id,
    row_number() over (
        partition by location_id order by last_reported_at desc nulls last, incident_id
    ) as position,
    count(*) over (partition by location_id) as total,
    *
from shown_incidents
where location_id is not null
qualify position <= 50
