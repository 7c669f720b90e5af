with acts as (
    select
        acts.statement_id,
        list(
            names.name || case when acts.polarity = 'neg' then ' (negated)' else '' end
            order by acts.act_index
        ) as act_names
    from marts.fct_statement_acts as acts
    semi join shown_statements using (statement_id)
    left join marts.dim_speech_acts as names using (speech_act)
    group by acts.statement_id
)

select
    statements.article_id as page_id,
    row_number() over (
        partition by statements.article_id
        order by coalesce(statements.cue_start, statements.source_start, statements.content_start),
            statements.statement_id
    ) as position,
    statements.* exclude (
        article_id, published_at, publisher, title, words, act_name, organisation_actor_id,
        speaker_party_id, speaker_actor_id
    ),
    coalesce(acts.act_names, []) as act_names
from shown_statements as statements
left join acts using (statement_id)
