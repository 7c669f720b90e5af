select
    row_number() over (order by pages.name desc, pages.page_id) - 1 as position,
    pages.page_id as location_id,
    pages.name,
    pages.feature,
    pages.country,
    pages.is_disputed,
    null as day,
    coalesce(incidents.total, 0) as incident_count,
    tolls.low,
    tolls.high,
    facet(pages.feature, null) as kind_facet,
    facet(pages.country, null) as country_facet
from "places.page" as pages
left join (
    select page_id, any_value(total) as total from "places.incidents" group by page_id
) as incidents using (page_id)
left join "places.tolls" as tolls
    on pages.page_id = tolls.page_id and tolls.harm_type = 'killed'
