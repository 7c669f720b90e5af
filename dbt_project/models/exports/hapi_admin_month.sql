with

events as (

    select * from {{ ref('acled') }}

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
    null::varchar as resource_hdx_id,
    null::integer as admin2_ref,
    admin1 as provider_admin1_name,
    admin2 as provider_admin2_name,
    hapi_event_type as event_type,
    count(*)::integer as events,
    sum(fatalities)::integer as fatalities,
    month_start as reference_period_start,
    last_day(month_start) as reference_period_end
from typed
group by iso, admin1, admin2, hapi_event_type, month_start
