select
    bridge.incident_id as page_id,
    row_number() over (
        partition by bridge.incident_id
        order by statements.published_at nulls last, statements.article_id, statements.cue_start,
            statements.statement_id
    ) as position,
    bridge.link_basis,
    statements.statement_id,
    statements.article_id,
    statements.speaker,
    statements.organisation,
    statements.actor_id,
    statements.act_name,
    statements.quote_type,
    statements.is_official,
    statements.words,
    statements.published_at,
    statements.publisher
from marts.bridge_statement_incidents as bridge
semi join shown_incidents using (incident_id)
inner join shown_statements as statements using (statement_id)
