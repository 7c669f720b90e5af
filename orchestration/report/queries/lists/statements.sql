with incidents as (
    select statement_id, list(distinct incident_id order by incident_id) as incident_ids
    from marts.bridge_statement_incidents
    group by statement_id
)

select
    row_number() over (
        order by statements.published_at nulls first, statements.article_id,
            statements.sentence_index, statements.statement_id
    ) - 1 as position,
    statements.statement_id,
    statements.article_id,
    statements.speaker,
    statements.organisation,
    statements.speaker_actor_id,
    statements.organisation_actor_id,
    statements.speaker_party_id,
    parties.name as party_name,
    statements.actor_id,
    statements.act_name,
    statements.quote_type,
    statements.is_official,
    statements.words,
    statements.published_at,
    statements.publisher,
    strftime(coalesce(statements.statement_date_start, statements.published_at), '%Y-%m-%d') as day,
    coalesce(incidents.incident_ids, []) as incident_ids
from shown_statements as statements
left join incidents using (statement_id)
left join marts.dim_actors as parties on statements.speaker_party_id = parties.actor_id
where statements.is_statement and statements.content_text is not null
