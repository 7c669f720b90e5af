with

articles as (

    select * from {{ ref('int_articles') }}

),

incidents as (

    select * from {{ ref('fct_incidents') }}

),

days as (

    select published_at::date as day
    from articles

    union all

    select date_start as day
    from incidents

    union all

    select date_end as day
    from incidents

),

bounds as (

    -- A misread year must not make a calendar of centuries.
    select
        min(day) as first_day,
        max(day) as last_day
    from days
    where day between '1900-01-01' and '2100-12-31'

),

calendar as (

    select unnest(generate_series(first_day, last_day, interval 1 day))::date as date_day
    from bounds

)

select
    date_day,
    year(date_day)::integer as year,
    quarter(date_day)::integer as quarter,
    month(date_day)::integer as month,
    monthname(date_day) as month_name,
    isoyear(date_day)::integer as iso_year,
    weekofyear(date_day)::integer as iso_week,
    isodow(date_day)::integer as iso_weekday,
    dayname(date_day) as weekday_name,
    date_trunc('month', date_day)::date as month_start
from calendar
