with

articles as not materialized (

    select * from {{ ref('stg_articles') }}

),

extractions as not materialized (

    select * from {{ ref('stg_article_extractions') }}

),

-- Few versions were read by several extractors, few articles have several versions: only those are sorted.

repeated_extractions as (

    select
        article_id,
        article_version
    from extractions
    group by article_id, article_version
    having count(*) > 1

),

latest_extractions as (

    select extractions.*
    from extractions
    anti join repeated_extractions using (article_id, article_version)

    union all

    select extractions.*
    from extractions
    semi join repeated_extractions using (article_id, article_version)
    qualify
        row_number() over (
            partition by article_id, article_version
            order by extractions.extracted_at desc, extractions.extractor_version desc
        ) = 1

),

named as not materialized (

    -- The publisher's name, else the host of the address. COALESCE would look for the host in every row.
    select
        *,
        case
            when trim(publisher) != '' then trim(publisher)
            else coalesce(nullif(regexp_extract(url, '^[a-z]+://(?:www\.)?([^/:]+)', 1), ''), 'unknown')
        end as source_name
    from articles

),

sources as (

    select
        source_name,
        {{ stable_id(["'source'", "lower(source_name)"]) }} as source_id
    from named
    group by source_name

),

changed_articles as (

    select distinct article_id
    from articles
    where article_version > 1

),

histories as (

    select
        named.*,
        named.withdrawn_at as replaced_at,
        named.withdrawn_at is null as is_current,
        null::integer as supersedes_version
    from named
    anti join changed_articles using (article_id)

    union all

    select
        named.*,
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
    semi join changed_articles using (article_id)

),

versions as (

    select
        histories.article_id,
        histories.article_version,
        histories.external_id,
        sources.source_id,
        histories.source_name,
        histories.published_at,
        histories.ingested_at,
        histories.withdrawn_at,
        latest_extractions.extracted_at,
        latest_extractions.document_kind,
        latest_extractions.document_actor_id,
        latest_extractions.document_rule,
        -- The order in which the world could read the articles; ties are broken by name, never by load order.
        coalesce(strftime(histories.published_at, '%Y%m%dT%H%M%S.%f'), '00000000')
        || ' ' || histories.article_id || ' ' || lpad(histories.article_version::varchar, 6, '0')
            as reading_order,
        histories.replaced_at,
        histories.is_current,
        histories.supersedes_version
    from histories
    inner join sources on histories.source_name = sources.source_name
    left join latest_extractions
        on
            histories.article_id = latest_extractions.article_id
            and histories.article_version = latest_extractions.article_version

)

select * from versions
