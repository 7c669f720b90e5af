select
    claims.article_id as page_id,
    row_number() over (
        partition by claims.article_id
        order by claims.claim_start, claims.count_start,
            claims.casualty_id
    ) as position,
    claims.casualty_id,
    claims.article_id,
    claims.sentence_index,
    claims.claim_text,
    claims.claim_start,
    claims.claim_end,
    claims.count_text,
    claims.count_start,
    claims.count_end,
    claims.victim_text,
    claims.victim_start,
    claims.victim_end,
    claims.count_min,
    claims.count_max,
    claims.count_kind,
    claims.count_scope,
    claims.harm_type,
    categories.name as victim_name,
    sides.name as side_name,
    coalesce(actors.name, claims.claimed_by_name) as claimed_by,
    claims.claimed_by_actor_id,
    claims.attribution_kind,
    claims.attribution_interest,
    claims.parent_casualty_id,
    claims.same_victims_as,
    claims.realis,
    claims.is_total,
    claims.is_counted,
    claims.is_rejected,
    claims.confidence,
    claims.rule_id,
    claims.incident_id,
    articles.published_at,
    articles.publisher,
    articles.title
from marts.fct_casualties as claims
inner join shown_articles as articles using (article_id, article_version)
left join marts.dim_victim_categories as categories using (victim_category)
left join marts.dim_actors as sides on claims.victim_side_actor_id = sides.actor_id
left join marts.dim_actors as actors on claims.claimed_by_actor_id = actors.actor_id
