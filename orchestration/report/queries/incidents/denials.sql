select
    incident_id as page_id,
    row_number() over (
        partition by incident_id
        order by accused_at, accusation_statement_id, denied_at, denial_statement_id
    ) as position,
    accusation_statement_id,
    denial_statement_id,
    accuser_name,
    accused_name,
    coalesce(accusation_quotation, accusation_text) as accusation,
    accusation_publisher,
    accusation_article_id,
    denier_name,
    coalesce(denial_quotation, denial_text) as denial,
    denial_publisher,
    denial_article_id
from marts.rpt_denied_accusations
semi join shown_incidents using (incident_id)
