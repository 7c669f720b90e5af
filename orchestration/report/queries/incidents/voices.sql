select
    voices.incident_id as page_id,
    row_number() over (
        partition by voices.incident_id order by voices.harm_type, voices.said_at, voices.voice_id
    ) as position,
    voices.harm_type,
    voices.voice_id,
    voices.speaker_name as speaker,
    parties.actor_id,
    voices.attribution_interest,
    voices.is_journalist,
    voices.is_heard,
    voices.voice_low as low,
    voices.voice_figure as figure,
    voices.voice_high as high,
    voices.is_voice_open as is_open,
    voices.said_at::timestamp as said_at,
    voices.quotation,
    voices.publisher,
    coalesce(nullif(trim(voices.title), ''), 'Untitled report') as title,
    voices.article_id,
    voices.article_count,
    voices.casualty_ids
from marts.rpt_toll_voices as voices
semi join shown_incidents using (incident_id)
left join marts.dim_actors as parties on voices.voice_id = 'party:' || parties.actor_id
