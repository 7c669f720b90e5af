with

articles as (

    select * from {{ ref('stg_articles') }}

),

extractions as (

    select * from {{ ref('stg_article_extractions') }}

),

latest_extractions as (

    select
        article_id,
        article_version,
        extracted_at,
        document_kind,
        document_actor_id,
        document_rule
    from extractions
    qualify
        row_number()
            over (
                partition by article_id, article_version
                order by extracted_at desc, extractor_version desc
            )
        = 1

),

named as (

    -- The publisher's name, else the host of the address.
    select
        *,
        coalesce(
            nullif(trim(publisher), ''),
            nullif(regexp_extract(url, '^[a-z]+://(?:www\.)?([^/:]+)', 1), ''),
            'unknown'
        ) as source_name
    from articles

),

versions as (

    select
        named.article_id,
        named.article_version,
        named.external_id,
        {{ stable_id(["'source'", "lower(named.source_name)"]) }} as source_id,
        named.source_name,
        named.published_at,
        named.ingested_at,
        named.withdrawn_at,
        latest_extractions.extracted_at,
        latest_extractions.document_kind,
        latest_extractions.document_actor_id,
        latest_extractions.document_rule,
        -- The order in which the world could read the articles; ties are broken by name, never by load order.
        coalesce(strftime(named.published_at, '%Y%m%dT%H%M%S.%f'), '00000000')
        || ' ' || named.article_id || ' ' || lpad(named.article_version::varchar, 6, '0')
            as reading_order,
        -- From when the version no longer stood for its article.
        least(
            named.withdrawn_at,
            lead(named.ingested_at) over (
                partition by named.article_id order by named.article_version
            )
        ) as replaced_at,
        coalesce(
            named.article_version = max(named.article_version) filter (
                where named.withdrawn_at is null
            ) over (partition by named.article_id),
            false
        ) as is_current,
        lag(named.article_version) over (
            partition by named.article_id order by named.article_version
        ) as supersedes_version
    from named
    left join latest_extractions
        on
            named.article_id = latest_extractions.article_id
            and named.article_version = latest_extractions.article_version

)

select * from versions
