select
    mentions.article_id as page_id,
    row_number() over (
        partition by mentions.article_id order by mentions.trigger_start, mentions.incident_mention_id
    ) as position,
    mentions.incident_mention_id,
    mentions.sentence_index,
    mentions.trigger_text,
    mentions.trigger_start,
    mentions.trigger_end,
    mentions.location_start,
    mentions.location_end,
    types.name as type_name,
    mentions.level,
    mentions.realis,
    mentions.date_start,
    mentions.date_end,
    mentions.date_precision,
    mentions.date_rule,
    mentions.location_id,
    coalesce(locations.name, mentions.location_text) as location_name,
    mentions.location_precision,
    mentions.link_rule,
    mentions.confidence,
    mentions.asserted_by_statement_id,
    incidents.incident_id,
    incidents.type_name as incident_type_name,
    incidents.location_name as incident_location_name,
    incidents.date_start as incident_date_start,
    incidents.date_end as incident_date_end,
    incidents.date_precision as incident_date_precision
from staging.incident_mentions as mentions
inner join shown_articles as articles using (article_id, article_version)
left join marts.dim_incident_types as types using (incident_type)
left join marts.dim_locations as locations on mentions.location_id = locations.location_id
left join marts.bridge_incident_mentions as bridge
    on mentions.incident_mention_id = bridge.incident_mention_id
    and mentions.article_version = bridge.article_version
left join shown_incidents as incidents on bridge.incident_id = incidents.incident_id
