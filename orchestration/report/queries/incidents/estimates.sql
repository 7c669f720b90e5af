select
    incident_id as page_id,
    row_number() over (partition by incident_id order by harm_type, rule <> 'default', rule)
        as position,
    harm_type,
    rule,
    low,
    best,
    high,
    is_high_open,
    best_basis,
    voice_count,
    article_count,
    is_disputed
from marts.fct_casualty_estimates
semi join shown_incidents using (incident_id)
