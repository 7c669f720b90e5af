select
    revisions.incident_id as page_id,
    row_number() over (
        partition by revisions.incident_id
        order by revisions.revised_at, revisions.harm_type, revisions.voice_id
    ) as position,
    revisions.harm_type,
    revisions.speaker_name as speaker,
    revisions.revised_at::timestamp as revised_at,
    revisions.previous_figure,
    revisions.is_previous_open,
    revisions.figure,
    revisions.is_open,
    revisions.quotation,
    revisions.publisher,
    revisions.article_id,
    revisions.casualty_ids
from marts.rpt_toll_revisions as revisions
semi join shown_incidents using (incident_id)
