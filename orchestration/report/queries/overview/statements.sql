select
    'index' as page_id,
    row_number() over (
        order by published_at desc nulls last, article_id, cue_start, statement_id
    ) as position,
    statement_id,
    article_id,
    speaker,
    organisation,
    actor_id,
    act_name,
    quote_type,
    words,
    published_at,
    publisher
from shown_statements
where is_official and is_statement and content_text is not null
qualify position <= 8
