with

source as (

    select
        *,
        rowid as row_position
    from {{ source('staging', 'casualty_mentions') }}

),

selected as (

    select
        article_id,
        article_version,
        casualty_id,
        incident_mention_id,
        sentence_index,
        claim_text,
        claim_start,
        claim_end,
        count_text,
        count_start,
        count_end,
        count_min,
        count_max,
        count_kind,
        count_scope,
        harm_type,
        victim_category,
        victim_text,
        victim_start,
        victim_end,
        victim_side_actor_id,
        statement_id,
        claimed_by_actor_id,
        claimed_by_name,
        attribution_kind,
        attribution_interest,
        parent_casualty_id,
        same_victims_as,
        is_counted,
        is_total,
        realis,
        victim_age_group,
        victim_sex,
        confidence,
        rule_id,
        row_position

    from source

)

select * from selected
