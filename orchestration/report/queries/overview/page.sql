with tolls as (
    select
        harm_type,
        sum(low)::integer as low,
        sum(best)::integer as best,
        sum(high)::integer as high,
        bool_or(is_high_open) as is_high_open
    from marts.rpt_daily_toll
    where harm_type in ('killed', 'wounded')
    group by harm_type
)

select
    'index' as page_id,
    1 as position,
    (select count(*) from shown_incidents where is_counted) as incident_count,
    (select count(*) from shown_incidents where is_counted and is_disputed) as disputed_count,
    (select count(*) from shown_articles) as article_count,
    (select count(distinct publisher) from shown_articles) as publisher_count,
    (
        select count(*) from shown_statements
        where is_official and is_statement
    ) as statement_count,
    (select min(published_at) from shown_articles) as first_published_at,
    (select max(published_at) from shown_articles) as last_published_at,
    (select struct_pack(low, best, high, is_high_open) from tolls where harm_type = 'killed')
        as killed,
    (select struct_pack(low, best, high, is_high_open) from tolls where harm_type = 'wounded')
        as wounded
