select
    row_number() over (order by pages.name desc, pages.page_id) - 1 as position,
    pages.page_id as actor_id,
    pages.name,
    pages.actor_kind,
    pages.country,
    null as day,
    coalesce(incidents.total, 0) as incident_count,
    coalesce(statements.total, 0) as statement_count,
    facet(pages.actor_kind, null) as kind_facet,
    facet(pages.country, null) as country_facet
from "actors.page" as pages
left join (
    select page_id, any_value(total) as total from "actors.incidents" group by page_id
) as incidents using (page_id)
left join (
    select page_id, any_value(total) as total from "actors.statements" group by page_id
) as statements using (page_id)
