-- A voice's own totals: voices tell of the same dead, so they stand beside each other and are never added.
with span as (
    select
        case
            when max(incident_date) - min(incident_date) <= 120 then 'day'
            when max(incident_date) - min(incident_date) <= 1100 then 'week'
            else 'month'
        end as unit
    from marts.rpt_daily_toll
    where harm_type = 'killed'
),

voices as (
    select
        date_trunc(span.unit, voices.date_start)::date as period_start,
        case
            when voices.is_journalist then 'The reporting outlet itself'
            else coalesce(parties.name, 'Unnamed or unresolved sources')
        end as voice,
        voices.voice_figure,
        voices.incident_id
    from marts.rpt_toll_voices as voices
    inner join shown_incidents as incidents using (incident_id)
    cross join span
    left join marts.dim_actors as parties on voices.voice_id = 'party:' || parties.actor_id
    where
        voices.harm_type = 'killed'
        and voices.date_start is not null
        and incidents.is_counted
),

ranked as (
    select
        voice,
        row_number() over (order by count(*) desc, voice) as rank
    from voices
    group by voice
)

select
    'index' as page_id,
    row_number() over (order by ranked.rank, voices.period_start) as position,
    voices.voice,
    ranked.rank,
    voices.period_start,
    sum(voices.voice_figure)::integer as figure,
    count(distinct voices.incident_id) as incident_count
from voices
inner join ranked using (voice)
where ranked.rank <= 12
group by voices.voice, ranked.rank, voices.period_start
