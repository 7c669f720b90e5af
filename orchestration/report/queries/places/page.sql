with seen as (
    select location_id from shown_incidents
    union
    select mentions.location_id
    from staging.entity_mentions as mentions
    inner join shown_articles using (article_id, article_version)
    union
    select mentions.location_id
    from staging.incident_mentions as mentions
    inner join shown_articles using (article_id, article_version)
),

aliases as (
    select location_id, list(distinct alias order by alias) as aliases
    from marts.dim_location_aliases
    group by location_id
)

select
    locations.location_id as page_id,
    1 as position,
    locations.name,
    locations.feature,
    countries.country,
    locations.country_iso3,
    locations.admin1,
    locations.admin2,
    locations.latitude,
    locations.longitude,
    locations.geonames_id,
    locations.population,
    locations.is_disputed,
    coalesce(aliases.aliases, []) as aliases
from marts.dim_locations as locations
semi join seen using (location_id)
left join country_names as countries using (country_iso3)
left join aliases on locations.location_id = aliases.location_id
