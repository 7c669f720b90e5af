-- Oldest first, so that what is new fills the last shard and the others stay as they are.
select
    row_number() over (
        order by first_reported_at nulls first, date_start nulls first, incident_id
    ) - 1 as position,
    *,
    strftime(date_start, '%Y-%m-%d') as day
from shown_incidents
