{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_article_incident_fingerprints'), ['article_id', 'article_version']) }}"
    )
}}

-- depends_on: {{ ref('int_article_incident_fingerprints') }}
with

new_articles as (

    {{ unbuilt(ref('int_article_incident_fingerprints'), ['article_id', 'article_version']) }}

),

statements as (

    select statements.*
    from {{ rows_of(ref('int_statements'), 'fingerprint', 'new_articles') }} as statements
    where statements.is_statement and statements.is_current_version

),

words as materialized (

    select * from {{ rows_of(ref('int_statement_words'), 'article_id', 'new_articles') }}

),

people as (

    -- Whose name an article gives in full is a person there, also where a pronoun stands for it.
    select distinct
        article_id,
        speaker_name
    from statements
    where source_form = 'named_person'

),

tellings as (

    -- Paraphrases inside an article are one already; the statement that they repeat stands for them.
    select
        statements.statement_id,
        coalesce(originals.statement_id, statements.statement_id) as telling_id
    from statements
    left join statements as originals on statements.paraphrase_of = originals.statement_id

),

ordered as (

    select
        statements.*,
        words.word_count,
        words.words_hash,
        words.stem_hashes,
        words.plain_stem_hashes,
        words.figures,
        words.runs,
        coalesce(strftime(statements.published_at, '%Y%m%dT%H%M%S.%f'), '99999999')
        || ' ' || statements.article_id
        || ' ' || lpad(coalesce(statements.cue_start, statements.content_start, 0)::varchar, 8, '0')
        || ' ' || statements.statement_id as telling_order
    from tellings
    inner join statements on tellings.telling_id = statements.statement_id
    inner join words on tellings.telling_id = words.statement_id
    where tellings.statement_id = tellings.telling_id

),

occurrences as (

    select
        *,
        case
            when word_count >= 3
                then
                    row_number() over (
                        partition by article_id, words_hash order by telling_order
                    )::varchar
            else telling_order
        end as occurrence
    from ordered

),

copies as (

    select
        near_duplicate_group_id,
        words_hash,
        occurrence,
        arg_min(statement_id, telling_order) as unit_id,
        min(telling_order) as unit_order,
        list(article_id order by telling_order) as article_ids
    from occurrences
    group by near_duplicate_group_id, words_hash, occurrence

),

copied as (

    -- The same words in copies of one text were told once: the first copy stands for all.
    select
        occurrences.*,
        copies.unit_id,
        copies.unit_order,
        copies.article_ids
    from occurrences
    inner join copies
        on
            occurrences.near_duplicate_group_id = copies.near_duplicate_group_id
            and occurrences.words_hash = copies.words_hash
            and occurrences.occurrence = copies.occurrence

)

select
    tellings.statement_id,
    copied.article_id,
    copied.article_version,
    tellings.telling_id,
    copied.unit_id,
    copied.unit_order,
    copied.telling_order,
    copied.article_ids,
    coalesce(copied.statement_date_end, copied.published_at::date) as said_on,
    copied.speaker_party_id,
    coalesce(copied.organisation_actor_id, copied.speaker_actor_id) as body_actor_id,
    case
        when people.speaker_name is not null
            then regexp_extract(lower(copied.speaker_name), '[\p{L}''’-]+$')
    end as person,
    copied.speech_act,
    copied.about_incident_id,
    copied.stem_hashes,
    copied.plain_stem_hashes,
    copied.figures,
    copied.runs,
    copied.fingerprint
from tellings
inner join copied on tellings.telling_id = copied.statement_id
left join people
    on
        copied.article_id = people.article_id
        and copied.speaker_name = people.speaker_name
{{ oldest_first('copied.published_at') }}
