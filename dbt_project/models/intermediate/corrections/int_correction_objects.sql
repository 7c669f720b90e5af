with

corrections as (

    select * from {{ ref('stg_corrections') }}
    where error is null

),

articles as not materialized (

    -- Not materialized, here and below: of a whole table, each use reads only the rows and columns it needs.
    select * from {{ ref('stg_articles') }}

),

sentences as not materialized (

    select * from {{ ref('stg_sentences') }}

),

mentions as not materialized (

    select * from {{ ref('stg_incident_mentions') }}

),

casualties as not materialized (

    select * from {{ ref('stg_casualty_mentions') }}

),

statements as not materialized (

    select * from {{ ref('stg_statement_mentions') }}

),

named as (

    select
        object_id,
        article_id
    from corrections

    union all

    select
        other_object_id as object_id,
        other_article_id as article_id
    from corrections

    union all

    select
        new_value as object_id,
        null as article_id
    from corrections
    where column_name in {{ pointer_columns() }}

),

touched as (

    select articles.article_id
    from articles
    inner join named on articles.article_id = named.article_id

    union

    select articles.article_id
    from articles
    inner join named on articles.external_id = named.article_id

    union

    select mentions.article_id
    from mentions
    inner join named on mentions.incident_mention_id = named.object_id

    union

    select casualties.article_id
    from casualties
    inner join named on casualties.casualty_id = named.object_id

    union

    select statements.article_id
    from statements
    inner join named on statements.statement_id = named.object_id

),

touched_articles as (

    select * from articles
    where article_id in (select touched.article_id from touched)

),

touched_sentences as (

    select * from sentences
    where article_id in (select touched.article_id from touched)

),

objects as (

    -- What marks the place of an object in the text, as in orchestration/corrections.py.
    select
        'incident_mention' as object_type,
        incident_mention_id as object_id,
        article_id,
        article_version,
        sentence_index,
        trigger_text as anchor_text,
        trigger_start as char_start,
        trigger_end as char_end,
        incident_type as anchor_kind,
        to_json(mentions) as extracted
    from mentions
    where article_id in (select touched.article_id from touched)

    union all

    select
        'casualty' as object_type,
        casualty_id as object_id,
        article_id,
        article_version,
        sentence_index,
        coalesce(count_text, claim_text) as anchor_text,
        coalesce(count_start, claim_start) as char_start,
        coalesce(count_end, claim_end) as char_end,
        harm_type as anchor_kind,
        to_json(casualties) as extracted
    from casualties
    where article_id in (select touched.article_id from touched)

    union all

    select
        'statement' as object_type,
        statement_id as object_id,
        article_id,
        article_version,
        sentence_index,
        coalesce(cue_text, content_text, source_text) as anchor_text,
        coalesce(cue_start, content_start, source_start) as char_start,
        coalesce(cue_end, content_end, source_end) as char_end,
        null as anchor_kind,
        to_json(statements) as extracted
    from statements
    where article_id in (select touched.article_id from touched)

)

select
    objects.object_type,
    objects.object_id,
    objects.article_id,
    articles.external_id,
    objects.article_version,
    objects.anchor_text,
    objects.char_start,
    objects.char_end,
    objects.anchor_kind,
    substring(
        articles.body, sentences.char_start + 1, sentences.char_end - sentences.char_start
    ) as sentence_text,
    objects.extracted
from objects
inner join touched_articles as articles
    on
        objects.article_id = articles.article_id
        and objects.article_version = articles.article_version
inner join touched_sentences as sentences
    on
        objects.article_id = sentences.article_id
        and objects.article_version = sentences.article_version
        and objects.sentence_index = sentences.sentence_index
