select
    incident_id as page_id,
    row_number() over (partition by incident_id order by harm_type, as_of_at) as position,
    harm_type,
    as_of_at::timestamp as as_of_at,
    low,
    best,
    high,
    is_high_open,
    voice_count,
    is_disputed,
    best_change
from marts.rpt_toll_timeline
semi join shown_incidents using (incident_id)
