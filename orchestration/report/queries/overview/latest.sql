with latest as (
    select *
    from shown_incidents
    where is_counted
    order by last_reported_at desc nulls last, killed_best desc nulls last, incident_id
    limit 6
),

voices as (
    select
        incident_id,
        list(
            struct_pack(speaker := speaker_name, figure := voice_figure, is_open := is_voice_open)
            order by said_at desc, voice_id
        ) as voices,
        arg_max(quotation, (said_at, voice_id)) as quotation,
        arg_max(speaker_name, (said_at, voice_id)) as quoted_speaker,
        arg_max(casualty_ids[1], (said_at, voice_id)) as quoted_casualty_id,
        arg_max(article_id, (said_at, voice_id)) as quoted_article_id,
        arg_max(publisher, (said_at, voice_id)) as quoted_publisher
    from marts.rpt_toll_voices
    semi join latest using (incident_id)
    where harm_type = 'killed'
    group by incident_id
),

mentions as (
    select
        bridge.incident_id,
        arg_max(sentences.sentence, (articles.published_at, -mentions.sentence_index)) as sentence,
        arg_max(mentions.incident_mention_id, (articles.published_at, -mentions.sentence_index))
            as incident_mention_id,
        arg_max(articles.article_id, (articles.published_at, -mentions.sentence_index))
            as article_id,
        arg_max(articles.publisher, (articles.published_at, -mentions.sentence_index)) as publisher
    from marts.bridge_incident_mentions as bridge
    inner join latest using (incident_id)
    inner join staging.incident_mentions as mentions
        using (incident_mention_id, article_id, article_version)
    inner join shown_articles as articles using (article_id, article_version)
    inner join shown_sentences as sentences
        on mentions.article_id = sentences.article_id
        and mentions.sentence_index = sentences.sentence_index
    group by bridge.incident_id
)

select
    'index' as page_id,
    row_number() over (
        order by latest.last_reported_at desc nulls last, latest.killed_best desc nulls last,
            latest.incident_id
    ) as position,
    latest.*,
    coalesce(voices.voices, []) as voices,
    coalesce(voices.quotation, mentions.sentence) as quotation,
    voices.quoted_speaker,
    voices.quoted_casualty_id,
    mentions.incident_mention_id as quoted_mention_id,
    coalesce(voices.quoted_article_id, mentions.article_id) as quoted_article_id,
    coalesce(voices.quoted_publisher, mentions.publisher) as quoted_publisher
from latest
left join voices using (incident_id)
left join mentions using (incident_id)
