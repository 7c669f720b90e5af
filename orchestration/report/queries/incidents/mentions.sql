select
    bridge.incident_id as page_id,
    row_number() over (
        partition by bridge.incident_id
        order by articles.published_at nulls last, articles.article_id, mentions.trigger_start,
            mentions.incident_mention_id
    ) as position,
    mentions.incident_mention_id,
    mentions.article_id,
    mentions.sentence_index,
    sentences.char_start as sentence_start,
    sentences.sentence,
    mentions.trigger_start,
    mentions.trigger_end,
    mentions.location_start,
    mentions.location_end,
    mentions.realis,
    mentions.level,
    mentions.date_rule,
    mentions.confidence,
    statements.speaker as asserted_by,
    bridge.link_rule,
    bridge.score,
    articles.published_at,
    articles.publisher,
    articles.title
from marts.bridge_incident_mentions as bridge
semi join shown_incidents using (incident_id)
inner join staging.incident_mentions as mentions
    using (incident_mention_id, article_id, article_version)
inner join shown_articles as articles using (article_id, article_version)
inner join shown_sentences as sentences
    on mentions.article_id = sentences.article_id
    and mentions.sentence_index = sentences.sentence_index
left join shown_statements as statements
    on mentions.asserted_by_statement_id = statements.statement_id
