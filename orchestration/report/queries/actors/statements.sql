with speakers as (
    select distinct actor_id, statement_id
    from (
        select speaker_actor_id as actor_id, statement_id from shown_statements
        union all
        select organisation_actor_id, statement_id from shown_statements
    )
    where actor_id is not null
)

select
    speakers.actor_id as page_id,
    row_number() over (
        partition by speakers.actor_id
        order by statements.published_at desc nulls last, statements.article_id,
            statements.cue_start, statements.statement_id
    ) as position,
    count(*) over (partition by speakers.actor_id) as total,
    statements.statement_id,
    statements.article_id,
    statements.speaker,
    statements.organisation,
    statements.actor_id,
    statements.act_name,
    statements.quote_type,
    statements.words,
    statements.published_at,
    statements.publisher
from speakers
inner join shown_statements as statements using (statement_id)
qualify position <= 50
