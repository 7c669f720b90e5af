select
    row_number() over (order by published_at nulls first, article_id) - 1 as position,
    article_id,
    title,
    publisher,
    published_at,
    strftime(published_at, '%Y-%m-%d') as day,
    (
        select count(distinct bridge.incident_id)
        from marts.bridge_incident_mentions as bridge
        where bridge.article_id = articles.article_id
    ) as incident_count,
    facet(publisher, null) as publisher_facet
from shown_articles as articles
