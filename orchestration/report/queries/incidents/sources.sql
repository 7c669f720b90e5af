with sources as (
    select distinct incident_id, article_id, article_version
    from marts.bridge_incident_mentions
    semi join shown_incidents using (incident_id)
)

select
    sources.incident_id as page_id,
    row_number() over (
        partition by sources.incident_id order by articles.published_at nulls last, articles.article_id
    ) as position,
    articles.article_id,
    articles.title,
    articles.publisher,
    articles.published_at,
    articles.url,
    articles.near_duplicate_group_id <> articles.article_id as is_copy
from sources
inner join shown_articles as articles using (article_id, article_version)
