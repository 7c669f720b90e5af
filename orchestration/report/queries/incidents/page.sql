select
    incidents.incident_id as page_id,
    1 as position,
    shown.* exclude (incident_id),
    types.description as type_description,
    incidents.admin1,
    incidents.admin2,
    incidents.country_iso3,
    incidents.latitude,
    incidents.longitude,
    coalesce(locations.is_disputed, false) as is_place_disputed,
    incidents.perpetrator_basis,
    incidents.is_perpetrator_contested,
    weapons.name as weapon_name,
    incidents.incident_count_min,
    incidents.mention_count,
    incidents.publisher_count,
    incidents.confidence,
    incidents.correction_id is not null as is_corrected
from marts.fct_incidents as incidents
inner join shown_incidents as shown using (incident_id)
inner join marts.dim_incident_types as types using (incident_type)
left join marts.dim_locations as locations on incidents.location_id = locations.location_id
left join marts.dim_weapons as weapons on incidents.weapon = weapons.weapon
