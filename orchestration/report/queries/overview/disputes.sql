with widest as (
    select *
    from marts.rpt_disputed_tolls
    qualify row_number() over (
        partition by incident_id
        order by harm_type <> 'killed', higher_figure - lower_figure desc, harm_type,
            lower_voice_id, higher_voice_id
    ) = 1
)

select
    'index' as page_id,
    row_number() over (
        order by greatest(disputes.lower_said_at, disputes.higher_said_at) desc nulls last,
            disputes.incident_id
    ) as position,
    incidents.*,
    disputes.harm_type,
    disputes.low,
    disputes.best,
    disputes.high,
    disputes.lower_speaker_name as lower_speaker,
    disputes.lower_figure,
    disputes.lower_quotation,
    disputes.lower_publisher,
    disputes.lower_article_id,
    disputes.lower_casualty_ids[1] as lower_casualty_id,
    disputes.higher_speaker_name as higher_speaker,
    disputes.higher_figure,
    disputes.is_higher_open,
    disputes.higher_quotation,
    disputes.higher_publisher,
    disputes.higher_article_id,
    disputes.higher_casualty_ids[1] as higher_casualty_id
from widest as disputes
inner join shown_incidents as incidents using (incident_id)
qualify position <= 6
