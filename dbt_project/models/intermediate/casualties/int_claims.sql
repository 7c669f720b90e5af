{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_article_fingerprints'), ['article_id', 'article_version']) }}"
    )
}}

-- depends_on: {{ ref('int_article_fingerprints') }}
with

new_articles as (

    {{ unbuilt(ref('int_article_fingerprints'), ['article_id', 'article_version']) }}

),

casualty_mentions as{{ read_first() }} (

    select * from {{ rows_of_view(ref('int_corrected_casualties'), 'article_id', 'new_articles') }}

),

incident_mentions as{{ read_first() }} (

    select * from {{ rows_of_view(ref('int_corrected_incident_mentions'), 'article_id', 'new_articles') }}

),

claims as (

    select
        casualty_mentions.*,
        new_articles.fingerprint,
        incident_mentions.article_incident_id,
        incident_mentions.level as incident_level,
        casualty_mentions.is_counted
        and casualty_mentions.realis = 'actual'
        and casualty_mentions.count_scope != 'cumulative'
        and casualty_mentions.parent_casualty_id is null
        and coalesce(incident_mentions.realis = 'actual', true)
        and coalesce(incident_mentions.level in ('atomic', 'group'), true) as is_countable,
        -- The figure a voice commits to: "up to 20" commits to 20, "10 to 15" and "at least 10" to 10.
        case
            when casualty_mentions.count_kind = 'at_most'
                then coalesce(casualty_mentions.count_max, casualty_mentions.count_min)
            else casualty_mentions.count_min
        end as count_figure
    from casualty_mentions
    inner join new_articles
        on
            casualty_mentions.article_id = new_articles.article_id
            and casualty_mentions.article_version = new_articles.article_version
    left join incident_mentions
        on casualty_mentions.incident_mention_id = incident_mentions.incident_mention_id

),

sums as (

    -- What the article says of one incident in its own voice, beside what the others it quotes say.
    select
        article_id,
        article_version,
        coalesce(article_incident_id, '') as article_incident_key,
        harm_type,
        max(count_figure) filter (
            where attribution_kind = 'journalist' and is_total
        ) as journalist_total,
        sum(count_figure) filter (where attribution_kind != 'journalist') as others_sum,
        bool_or(is_total or victim_category in ('all', 'unknown')) filter (
            where attribution_kind != 'journalist'
        ) as others_give_total
    from claims
    where is_countable
    group by article_id, article_version, article_incident_key, harm_type

)

select
    claims.*,
    -- "Nine people died … the ministry lost four soldiers": what is quoted is part of the article's total.
    claims.is_countable
    and claims.attribution_kind != 'journalist'
    and not sums.others_give_total
    and sums.journalist_total > sums.others_sum is true as is_part_of_article_total
from claims
left join sums
    on
        claims.article_id = sums.article_id
        and claims.article_version = sums.article_version
        and coalesce(claims.article_incident_id, '') = sums.article_incident_key
        and claims.harm_type = sums.harm_type
