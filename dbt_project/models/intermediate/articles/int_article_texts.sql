with

articles as (

    select * from {{ ref('int_articles') }}

),

sketches as (

    select * from {{ ref('int_article_sketches') }}

),

texts as (

    -- One version speaks for its article: the current one, or the last of a withdrawn article.
    select
        articles.article_id,
        articles.article_version,
        articles.published_at,
        sketches.words_hash,
        coalesce(len(sketches.sketch) >= 20, false) as is_long
    from articles
    inner join sketches
        on
            articles.article_id = sketches.article_id
            and articles.article_version = sketches.article_version
    qualify row_number() over (
        partition by articles.article_id
        order by articles.is_current desc, articles.article_version desc
    ) = 1

),

exact_copies as (

    select
        *,
        min(article_id) over (partition by words_hash) as first_copy_id
    from texts

)

select
    article_id,
    article_version,
    published_at,
    first_copy_id,
    -- Identical texts are compared through one of them. Very short texts are alike by chance.
    article_id = first_copy_id and is_long as is_compared,
    hash(article_version, published_at, words_hash, article_id = first_copy_id) as fingerprint
from exact_copies
