select
    article_id as page_id,
    row_number() over (
        partition by article_id
        order by claim_start, count_start, casualty_id
    ) as position,
    * exclude (claimed_at)
from shown_claims
