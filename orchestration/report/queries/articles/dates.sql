select
    mentions.article_id as page_id,
    row_number() over (
        partition by mentions.article_id order by mentions.char_start, mentions.time_mention_id
    ) as position,
    mentions.time_mention_id,
    mentions.sentence_index,
    mentions.text,
    mentions.char_start,
    mentions.char_end,
    mentions.date_start,
    mentions.date_end,
    mentions.date_precision,
    mentions.anchor,
    mentions.rule
from staging.time_mentions as mentions
inner join shown_articles using (article_id, article_version)
