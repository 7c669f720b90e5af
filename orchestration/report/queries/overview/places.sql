with places as (
    select
        incidents.location_id,
        incidents.location_name,
        incidents.country,
        locations.latitude,
        locations.longitude,
        min(incidents.location_precision) as location_precision,
        count(*) as incident_count,
        sum(incidents.killed_low)::integer as low,
        sum(incidents.killed_best)::integer as best,
        sum(incidents.killed_high)::integer as high
    from shown_incidents as incidents
    inner join marts.dim_locations as locations using (location_id)
    where incidents.is_counted and locations.latitude is not null
    group by
        incidents.location_id, incidents.location_name, incidents.country,
        locations.latitude, locations.longitude
)

select
    'index' as page_id,
    row_number() over (order by best desc nulls last, incident_count desc, location_id) as position,
    *
from places
qualify position <= 1500
