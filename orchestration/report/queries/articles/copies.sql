select
    articles.article_id as page_id,
    row_number() over (
        partition by articles.article_id order by copies.published_at nulls last, copies.article_id
    ) as position,
    copies.article_id,
    copies.title,
    copies.publisher,
    copies.published_at
from shown_articles as articles
inner join shown_articles as copies
    on articles.near_duplicate_group_id = copies.near_duplicate_group_id
    and articles.article_id <> copies.article_id
