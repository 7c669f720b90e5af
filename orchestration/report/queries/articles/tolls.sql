select
    tolls.article_id as page_id,
    row_number() over (partition by tolls.article_id order by tolls.harm_type) as position,
    tolls.harm_type,
    tolls.low,
    tolls.best,
    tolls.high,
    tolls.is_high_open,
    tolls.incident_count
from marts.rpt_article_casualties as tolls
inner join shown_articles using (article_id, article_version)
