{% set acts_done_once = "('CLAIM_RESPONSIBILITY', 'DENY', 'CONDEMN', 'CONDOLE')" %}
{% set window_days = 4 %}

{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_changed_pairs(ref('int_article_incident_fingerprints')) }}"
    )
}}

-- depends_on: {{ ref('int_article_incident_fingerprints') }}
with

units as not materialized (

    -- Each use reads only the rows and columns it needs of the whole table.
    select *
    from {{ ref('int_statement_units') }}
    where statement_id = unit_id

),

new_units as (

    select unit_id
    from units
    where
        fingerprint in (
            {{ changed(ref('int_article_incident_fingerprints'), ['fingerprint'], order=none) }}
        )

),

sliced_units as (

    -- New units, or one slice of them.
    select *
    from units
    where
        fingerprint in (
            {{ changed(ref('int_article_incident_fingerprints'), ['fingerprint']) }}
        )

),

heard_days as (

    -- When the same may have been said as in these units.
    select distinct sliced_units.said_on + days.step::integer as said_on
    from sliced_units
    cross join range(-{{ window_days }}, {{ window_days }} + 1) as days (step)

),

unit_voices as (

    -- A voice is a party, and a person, known to belong to one or not.
    -- Periods as long as the window: what lies within it is said in the same period or the next.
    select
        unit_id,
        said_on,
        (said_on - date '2000-01-01') // {{ window_days }} as period,
        unnest(
            list_filter(
                ['party ' || speaker_party_id, 'person ' || person], lambda voice: voice is not null
            )
        ) as voice
    from units
    where said_on in (select heard_days.said_on from heard_days)

),

heard_periods as (

    -- When the voices of these units may have said the same.
    select distinct
        unit_voices.voice,
        unit_voices.period + periods.step as period
    from unit_voices
    inner join sliced_units on unit_voices.unit_id = sliced_units.unit_id
    cross join (values (-1), (0), (1)) as periods (step)

),

heard_units as (

    select unit_voices.*
    from unit_voices
    inner join heard_periods using (voice, period)

),

unit_stems as (

    select
        unit_id,
        unnest(stem_hashes) as stem_hash
    from {{ rows_of(ref('int_statement_units'), 'unit_id', 'heard_units') }}
    where statement_id = unit_id

),

unit_words as (

    select
        heard_units.*,
        unit_stems.stem_hash
    from heard_units
    inner join unit_stems on heard_units.unit_id = unit_stems.unit_id

),

sliced_words as (

    select unit_words.*
    from unit_words
    inner join sliced_units on unit_words.unit_id = sliced_units.unit_id

),

blocked_pairs as (

    select
        least(words_a.unit_id, words_b.unit_id) as unit_a,
        greatest(words_a.unit_id, words_b.unit_id) as unit_b
    from sliced_words as words_a
    cross join (values (-1), (0), (1)) as periods (step)
    inner join unit_words as words_b
        on
            words_a.voice = words_b.voice
            and words_a.stem_hash = words_b.stem_hash
            and words_a.period + periods.step = words_b.period
            and words_a.unit_id != words_b.unit_id
    where abs(words_a.said_on - words_b.said_on) <= {{ window_days }}
    group by unit_a, unit_b
    having count(distinct words_a.stem_hash) >= 2

),

acted_pairs as (

    -- What a party does with words only once over an incident, however short it is told.
    select
        least(units_a.unit_id, units_b.unit_id) as unit_a,
        greatest(units_a.unit_id, units_b.unit_id) as unit_b
    from sliced_units as units_a
    inner join units as units_b
        on
            units_a.about_incident_id = units_b.about_incident_id
            and units_a.speaker_party_id = units_b.speaker_party_id
            and units_a.speech_act = units_b.speech_act
            and units_a.unit_id != units_b.unit_id
    where
        units_b.about_incident_id in (select sliced_units.about_incident_id from sliced_units)
        and units_a.speech_act in {{ acts_done_once }}
        and abs(units_a.said_on - units_b.said_on) <= {{ window_days }}

),

found_pairs as (

    select
        unit_a,
        unit_b
    from blocked_pairs

    union

    select
        unit_a,
        unit_b
    from acted_pairs

),

candidate_pairs as (

    {{ pairs_of_slice('found_pairs', 'sliced_units', 'new_units') }}

),

candidates as (

    select unit_a as unit_id from candidate_pairs

    union

    select unit_b as unit_id from candidate_pairs

),

compared_units as materialized (

    select * from {{ rows_of(ref('int_statement_units'), 'unit_id', 'candidates') }}
    where statement_id = unit_id

),

compared_pairs as (

    select
        candidate_pairs.unit_a,
        candidate_pairs.unit_b,
        a.fingerprint as fingerprint_a,
        b.fingerprint as fingerprint_b,
        list_has_any(a.article_ids, b.article_ids) as is_same_article,
        a.person != b.person as is_other_person,
        a.person = b.person as is_same_person,
        a.body_actor_id = b.body_actor_id as is_same_body,
        a.speech_act = b.speech_act as is_same_act,
        a.speech_act = b.speech_act and a.speech_act in {{ acts_done_once }} as is_act_done_once,
        a.about_incident_id = b.about_incident_id as is_same_incident,
        len(a.figures) > 0 and len(b.figures) > 0 and not list_has_any(a.figures, b.figures)
            as is_other_figure,
        len(list_intersect(a.runs, b.runs)) as shared_runs,
        least(len(a.runs), len(b.runs)) as fewest_runs,
        len(list_intersect(a.stem_hashes, b.stem_hashes)) as shared_stems,
        least(len(a.stem_hashes), len(b.stem_hashes)) as fewest_stems,
        len(list_intersect(a.plain_stem_hashes, b.plain_stem_hashes)) as shared_plain_stems,
        least(len(a.plain_stem_hashes), len(b.plain_stem_hashes)) as fewest_plain_stems
    from candidate_pairs
    inner join compared_units as a on candidate_pairs.unit_a = a.unit_id
    inner join compared_units as b on candidate_pairs.unit_b = b.unit_id

),

judged_pairs as (

    select
        *,
        -- Inside one article the reader of the text has joined already.
        is_same_article
        or is_other_figure
        or coalesce(is_other_person, false) as is_vetoed,
        -- A long name alone is no statement.
        case
            when shared_runs < 3 or shared_plain_stems < 2 then 0.0
            when shared_runs >= 0.8 * fewest_runs then 4.0
            when shared_runs >= 4 and shared_runs >= 0.5 * fewest_runs then 3.0
            when shared_runs >= 6 then 2.0
            else 1.0
        end as run_points,
        case
            when shared_plain_stems < 2 or shared_plain_stems < 0.5 * fewest_plain_stems then 0.0
            when shared_stems < 3 or shared_stems < 0.5 * fewest_stems then 0.0
            when shared_stems >= 4 and shared_stems >= 0.75 * fewest_stems then 2.5
            when shared_stems >= 4 and shared_stems >= 0.6 * fewest_stems then 2.0
            else 1.0
        end as stem_points,
        -- "Denied it" and "denied involvement in the raid" are one; denials of two things are two.
        case
            when not coalesce(is_act_done_once and is_same_incident, false) then 0.0
            when fewest_plain_stems <= 1 or shared_plain_stems >= 0.5 * fewest_plain_stems then 2.0
            else 0.0
        end as deed_points,
        case when is_same_person then 1.0 when is_same_body then 0.5 else 0.0 end as voice_points,
        case when is_same_act then 0.5 else 0.0 end as act_points,
        case is_same_incident when true then 0.5 when false then -0.5 else 0.0 end as incident_points
    from compared_pairs

)

select
    unit_a,
    unit_b,
    fingerprint_a,
    fingerprint_b,
    is_vetoed,
    run_points,
    stem_points,
    deed_points,
    voice_points,
    act_points,
    incident_points,
    (
        greatest(run_points, stem_points, deed_points)
        -- Runs of words and content words say more together than alone.
        + case when run_points > 0 and stem_points > 0 and run_points < 3 then 0.5 else 0.0 end
        + voice_points + act_points + incident_points
    )::decimal(6, 1) as score
from judged_pairs
