-- Oldest first, so that what is new fills the last shard and the others stay as they are.
select
    row_number() over (
        order by first_reported_at nulls first, date_start nulls first, incident_id
    ) - 1 as position,
    *,
    strftime(date_start, '%Y-%m-%d') as day,
    facet(type_name, null) as type_facet,
    facet(country, null) as country_facet,
    facet(case when is_disputed then 'yes' end, 'disputed') as disputed_facet,
    facet(case when is_counted then 'yes' else 'no' end, null) as counted_facet,
    facet(location_id, location_name) as place_facet,
    facet(perpetrator_actor_id, perpetrator_name)
    || facet(target_actor_id, target_name) as actor_facet
from shown_incidents
