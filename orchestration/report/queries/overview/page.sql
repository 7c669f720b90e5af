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
),

-- All of them, also those that have no page.
counted as (
    select *
    from marts.fct_incidents
    where level in ('atomic', 'group')
),

articles as (
    select *
    from marts.dim_articles
    where is_current and withdrawn_at is null
)

select
    'index' as page_id,
    1 as position,
    (select shown_count from horizon) as shown_count,
    (select total_count from horizon) as total_count,
    (select count(*) from counted) as incident_count,
    (select count(*) from counted where is_disputed) as disputed_count,
    (select count(*) from articles) as article_count,
    (select count(distinct coalesce(publisher, 'Unknown publisher')) from articles)
        as publisher_count,
    (
        select count(*)
        from marts.fct_statements
        semi join articles using (article_id, article_version)
        where is_official and is_statement and not is_rejected
    ) as statement_count,
    (select min(published_at)::timestamp from articles) as first_published_at,
    (select max(published_at)::timestamp from articles) as last_published_at,
    (select struct_pack(low, best, high, is_high_open) from tolls where harm_type = 'killed')
        as killed,
    (select struct_pack(low, best, high, is_high_open) from tolls where harm_type = 'wounded')
        as wounded
