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

periods as (
    select
        span.unit,
        date_trunc(span.unit, tolls.incident_date)::date as period_start,
        sum(tolls.incident_count)::integer as incident_count,
        sum(tolls.low)::integer as low,
        sum(tolls.best)::integer as best,
        sum(tolls.high)::integer as high
    from marts.rpt_daily_toll as tolls
    cross join span
    where tolls.harm_type = 'killed' and tolls.incident_date is not null
    group by all
)

select
    'index' as page_id,
    row_number() over (order by period_start) as position,
    *
from periods
