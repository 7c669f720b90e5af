select
    parties.actor_id as page_id,
    row_number() over (
        partition by parties.actor_id
        order by voices.said_at desc, voices.incident_id, voices.harm_type
    ) as position,
    count(*) over (partition by parties.actor_id) as total,
    incidents.* exclude (article_count),
    voices.harm_type,
    voices.attribution_interest,
    voices.voice_figure as figure,
    voices.is_voice_open as is_open,
    voices.said_at::timestamp as said_at,
    voices.quotation,
    voices.article_id,
    voices.casualty_ids
from marts.rpt_toll_voices as voices
inner join marts.dim_actors as parties on voices.voice_id = 'party:' || parties.actor_id
inner join shown_incidents as incidents using (incident_id)
qualify position <= 50
