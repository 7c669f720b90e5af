with linked as (
    select distinct statement_id, incident_id
    from marts.bridge_statement_incidents
    semi join shown_incidents using (incident_id)
),

incidents as (
    select
        linked.statement_id,
        list(
            struct_pack(
                incident_id := incidents.incident_id,
                type_name := incidents.type_name,
                location_name := incidents.location_name,
                date_start := incidents.date_start,
                date_end := incidents.date_end,
                date_precision := incidents.date_precision
            )
            order by incidents.incident_id
        ) as incidents
    from linked
    inner join shown_incidents as incidents using (incident_id)
    group by linked.statement_id
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
    coalesce(incidents.incidents, []) as incidents,
    facet(statements.speaker_actor_id, statements.speaker)
    || facet(statements.organisation_actor_id, statements.organisation)
    || facet(statements.speaker_party_id, parties.name) as speaker_facet,
    facet(statements.act_name, null) as act_facet,
    facet(case when statements.is_official then 'yes' else 'no' end, null) as official_facet,
    list_transform(
        coalesce(incidents.incidents, []),
        lambda incident: struct_pack(value := incident.incident_id, label := incident)
    ) as incident_facet
from shown_statements as statements
left join incidents using (statement_id)
left join marts.dim_actors as parties on statements.speaker_party_id = parties.actor_id
where statements.is_statement and statements.content_text is not null
