with

articles as (

    select * from {{ ref('int_articles') }}

),

sketches as (

    select * from {{ ref('int_article_sketches') }}

),

current_versions as (

    select * from articles
    where is_current

),

last_versions as (

    select * from articles
    where article_id not in (select current_versions.article_id from current_versions)
    qualify row_number() over (partition by article_id order by article_version desc) = 1

),

speaking_versions as (

    -- One version speaks for its article: the current one, or the last of a withdrawn article.
    select * from current_versions

    union all

    select * from last_versions

),

texts as (

    select
        speaking_versions.article_id,
        speaking_versions.article_version,
        speaking_versions.published_at,
        sketches.words_hash,
        coalesce(sketches.sketch_size >= 20, false) as is_long
    from speaking_versions
    inner join sketches
        on
            speaking_versions.article_id = sketches.article_id
            and speaking_versions.article_version = sketches.article_version

),

copied_texts as (

    select
        words_hash,
        min(article_id) as first_copy_id
    from texts
    group by words_hash
    having count(*) > 1

),

exact_copies as (

    select
        texts.*,
        coalesce(copied_texts.first_copy_id, texts.article_id) as first_copy_id
    from texts
    left join copied_texts on texts.words_hash = copied_texts.words_hash

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
