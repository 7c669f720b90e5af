select
    incident_id as page_id,
    row_number() over (
        partition by incident_id
        order by claimed_at, article_id, claim_start, count_start, casualty_id
    ) as position,
    * exclude (claimed_at)
from shown_claims
where incident_id is not null
