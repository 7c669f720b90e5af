with

events as (

    select * from {{ ref('acled') }}

),

states as (

    select * from {{ ref('states') }}

),

typed as (

    -- As HDX does: demonstrations apart, and violence that targets civilians apart from the rest.
    select
        *,
        case
            when disorder_type = 'Demonstrations' then 'demonstration'
            when civilian_targeting is not null then 'civilian_targeting'
            else 'political_violence'
        end as hapi_event_type,
        date_trunc('month', event_date)::date as month_start
    from events
    where disorder_type != 'Strategic developments'

)

select
    typed.month_start,
    -- A key needs a value; what is not known has none.
    coalesce(states.iso3, 'unknown') as country_iso3,
    coalesce(typed.admin1, 'unknown') as admin1,
    coalesce(typed.admin2, 'unknown') as admin2,
    typed.hapi_event_type as event_type,
    last_day(typed.month_start) as month_end,
    count(*)::integer as event_count,
    sum(typed.fatalities)::integer as fatality_count
from typed
left join states on typed.iso = states.iso_numeric
group by all
{{ oldest_first('typed.month_start, country_iso3, admin1, admin2, event_type') }}
