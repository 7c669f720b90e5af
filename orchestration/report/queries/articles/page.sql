select
    articles.article_id as page_id,
    1 as position,
    articles.title,
    articles.publisher,
    articles.url,
    articles.published_at,
    articles.published_on,
    articles.external_id,
    articles.article_version,
    articles.document_kind,
    actors.name as document_actor,
    coalesce(extractions.error, '') as error,
    articles.body
from shown_articles as articles
left join marts.dim_actors as actors on articles.document_actor_id = actors.actor_id
left join (
    select article_id, article_version, arg_max(error, extracted_at) as error
    from staging.article_extractions
    group by all
) as extractions
    on articles.article_id = extractions.article_id
    and articles.article_version = extractions.article_version
