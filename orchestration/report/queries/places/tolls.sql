select
    location_id as page_id,
    row_number() over (partition by location_id order by harm_type) as position,
    harm_type,
    sum(incident_count)::integer as incident_count,
    sum(disputed_count)::integer as disputed_count,
    sum(low)::integer as low,
    sum(best)::integer as best,
    sum(high)::integer as high,
    bool_or(is_high_open) as is_high_open
from marts.rpt_daily_toll
where location_id <> 'unknown'
group by location_id, harm_type
