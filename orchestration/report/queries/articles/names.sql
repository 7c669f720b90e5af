select
    mentions.article_id as page_id,
    row_number() over (partition by mentions.article_id order by mentions.char_start, mentions.mention_id)
        as position,
    mentions.mention_id,
    mentions.sentence_index,
    mentions.entity_type,
    mentions.text,
    mentions.char_start,
    mentions.char_end,
    mentions.mention_form,
    mentions.figure,
    mentions.resolution_rule,
    mentions.actor_id,
    actors.name as actor_name,
    mentions.location_id,
    locations.name as location_name
from staging.entity_mentions as mentions
inner join shown_articles using (article_id, article_version)
left join marts.dim_actors as actors using (actor_id)
left join marts.dim_locations as locations using (location_id)
