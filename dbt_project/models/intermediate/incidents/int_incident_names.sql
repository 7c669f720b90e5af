{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_article_fingerprints'), ['article_id', 'article_version']) }}"
    )
}}

-- depends_on: {{ ref('int_article_fingerprints') }}
with

new_articles as (

    {{ unbuilt(ref('int_article_fingerprints'), ['article_id', 'article_version']) }}

),

units as (

    select *
    from {{ rows_of(ref('int_incident_units'), 'fingerprint', 'new_articles') }}
    where level in ('atomic', 'group')

),

mentions as{{ read_first() }} (

    select * from {{ rows_of_view(ref('int_corrected_incident_mentions'), 'article_id', 'new_articles') }}

),

entities as{{ read_first() }} (

    select * from {{ rows_of_view(ref('stg_entity_mentions'), 'article_id', 'new_articles') }}

),

statements as{{ read_first() }} (

    select * from {{ rows_of_view(ref('int_corrected_statements'), 'article_id', 'new_articles') }}

),

articles as{{ read_first() }} (

    select * from {{ rows_of_view(ref('stg_articles'), 'article_id', 'new_articles') }}

),

unit_sentences as (

    select distinct
        units.unit_id,
        units.article_id,
        units.article_version,
        mentions.sentence_index
    from units
    inner join mentions
        on
            units.article_id = mentions.article_id
            and units.article_version = mentions.article_version
            and units.article_incident_id = mentions.article_incident_id

),

passages as (

    -- What follows the mention of an incident tells of it, up to the mention of the next; what stands
    -- before the first tells of the first.
    select
        article_id,
        article_version,
        sentence_index,
        case
            when row_number() over article_sentences = 1 then 0
            else sentence_index
        end as first_sentence,
        lead(sentence_index, 1, 1000000) over article_sentences as next_sentence
    from (
        select distinct
            article_id,
            article_version,
            sentence_index
        from unit_sentences
    ) as told
    window article_sentences as (
        partition by article_id, article_version order by sentence_index
    )

),

speakers as (

    select distinct
        article_id,
        article_version,
        regexp_extract_all(
            lower(speaker_name), '[\p{L}\p{N}][\p{L}\p{N}''’-]*'
        ) as words
    from statements
    where is_official and speaker_name is not null

),

persons as (

    -- First and last name; a name of one word names too many people.
    select
        entities.article_id,
        entities.article_version,
        entities.sentence_index,
        regexp_extract_all(
            lower(regexp_replace(entities.text, '[''’]s$', '')),
            '[\p{L}\p{N}][\p{L}\p{N}''’-]*'
        ) as words,
        -- "Jane Doe, 31," or "31-year-old Jane Doe".
        regexp_matches(
            substring(articles.body, entities.char_end + 1, 12),
            '^,? ?(an? |age |aged )?\(?\d{1,2}\b'
        )
        or regexp_matches(
            substring(
                articles.body,
                greatest(entities.char_start - 23, 1),
                least(entities.char_start, 24)
            ),
            '\b\d{1,2}-year-old( [\p{L}-]+)? $'
        ) as is_aged
    from entities
    inner join articles
        on
            entities.article_id = articles.article_id
            and entities.article_version = articles.article_version
    where
        entities.entity_type = 'PERSON'
        and entities.actor_id is null
        and entities.mention_form in ('name', 'possessive')

),

named as (

    select
        persons.article_id,
        persons.article_version,
        persons.sentence_index,
        persons.is_aged,
        persons.words[1] || ' ' || persons.words[-1] as person_name
    from persons
    left join speakers
        on
            persons.article_id = speakers.article_id
            and persons.article_version = speakers.article_version
            and persons.words[1] = speakers.words[1]
            and persons.words[-1] = speakers.words[-1]
    where len(persons.words) >= 2 and speakers.words is null

),

told_names as (

    select distinct
        unit_sentences.unit_id,
        named.article_id,
        named.person_name
    from named
    inner join passages
        on
            named.article_id = passages.article_id
            and named.article_version = passages.article_version
            and named.sentence_index >= passages.first_sentence
            and named.sentence_index < passages.next_sentence
    inner join unit_sentences
        on
            passages.article_id = unit_sentences.article_id
            and passages.article_version = unit_sentences.article_version
            and passages.sentence_index = unit_sentences.sentence_index

),

near_names as (

    -- What the text does not tell apart by day or place may be one incident: their people are shared.
    select distinct
        units.unit_id,
        told_names.person_name
    from told_names
    inner join units as tellers on told_names.unit_id = tellers.unit_id
    inner join units
        on
            tellers.article_id = units.article_id
            and coalesce(
                tellers.date_start <= units.date_end and tellers.date_end >= units.date_start, true
            )
            and coalesce(
                tellers.location_id = units.location_id
                or greatest(tellers.location_precision, units.location_precision) > 2
                or {{ distance_km(
                    'tellers.latitude', 'tellers.longitude', 'units.latitude', 'units.longitude'
                ) }} <= 25,
                true
            )

),

article_names as (

    select
        article_id,
        article_version,
        person_name,
        bool_or(is_aged) as is_aged
    from named
    group by article_id, article_version, person_name

)

select
    units.unit_id,
    units.article_id,
    units.article_version,
    article_names.person_name,
    article_names.is_aged,
    near_names.unit_id is not null as is_near,
    units.fingerprint
from units
inner join article_names
    on
        units.article_id = article_names.article_id
        and units.article_version = article_names.article_version
left join near_names
    on
        units.unit_id = near_names.unit_id
        and article_names.person_name = near_names.person_name
