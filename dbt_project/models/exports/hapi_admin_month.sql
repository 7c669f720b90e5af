with

monthly_events as (

    select * from {{ ref('rpt_monthly_events') }}

)

select
    null::varchar as resource_hdx_id,
    null::integer as admin2_ref,
    nullif(admin1, 'unknown') as provider_admin1_name,
    nullif(admin2, 'unknown') as provider_admin2_name,
    event_type,
    event_count as events,
    fatality_count as fatalities,
    month_start as reference_period_start,
    month_end as reference_period_end
from monthly_events
