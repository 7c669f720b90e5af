{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=[
            'report_id', 'article_id', 'article_version', 'sentence_key', 'trigger_offset', 'incident_id',
            'valid_from'
        ],
        on_schema_change='append_new_columns',
        full_refresh=false
    )
}}

{% set place = 'article_id, sentence_key, trigger_offset' %}
{% set standing = 'report_id, article_id, article_version, sentence_key, trigger_offset, incident_id' %}

with

fingerprints as (

    select * from {{ ref('int_article_incident_fingerprints') }}
    {% if is_incremental() %}
        where is_changed
    {% endif %}

),

clusters as{{ read_first() }} (

    select * from {{ rows_of(ref('int_incident_clusters'), 'article_id', 'fingerprints') }}

),

mentions as{{ read_first() }} (

    select * from {{ rows_of_view(ref('int_corrected_incident_mentions'), 'article_id', 'fingerprints') }}

),

sentences as{{ read_first() }} (

    select * from {{ rows_of_view(ref('stg_sentences'), 'article_id', 'fingerprints') }}

),

articles as{{ read_first() }} (

    select * from {{ rows_of_view(ref('stg_articles'), 'article_id', 'fingerprints') }}

),

decisions as (

    select * from {{ ref('int_mention_decisions') }}

),

known as not materialized (

    -- Each use reads only the rows and columns it needs of the whole table.
    {% if is_incremental() %}
        select * from {{ this }}
    {% else %}
        select
            null::varchar as report_id,
            null::varchar as article_id,
            null::integer as article_version,
            null::varchar as sentence_key,
            null::integer as trigger_offset,
            null::varchar as incident_id,
            null::timestamptz as valid_from,
            null::timestamptz as valid_to,
            null::varchar as correction_id,
            null::ubigint as fingerprint
        where false
    {% endif %}

),

this_load as (

    -- Later than all before, also where the clock was set back.
    select
        last_load.compared_at as former_at,
        greatest({{ run_moment() }}, last_load.compared_at + interval 1 microsecond) as compared_at
    from (
        select max(greatest(valid_from, valid_to)) as compared_at
        from known
    ) as last_load

),

-- What has changed: articles that tell of other incidents than they did, or in other words, or no longer.

open_rows as not materialized (

    select * from known
    where valid_to is null

),

known_rows as{{ read_first() }} (

    -- Of the articles that may have changed.
    {% if is_incremental() %}
        select * from {{ rows_of(this, 'article_id', 'fingerprints') }}
    {% else %}
        select * from known
    {% endif %}

),

tellers as (

    select distinct
        clusters.article_id,
        clusters.article_version,
        fingerprints.fingerprint
    from clusters
    inner join fingerprints using (article_id, article_version)

),

standing_rows as (

    select * from known_rows
    where valid_to is null

),

touched as (

    select tellers.article_id
    from tellers
    anti join standing_rows using (article_id, article_version, fingerprint)

    union

    select standing_rows.article_id
    from standing_rows
    anti join tellers using (article_id, article_version, fingerprint)

),

touched_rows as (

    select standing_rows.*
    from standing_rows
    semi join touched using (article_id)

),

untouched_rows as not materialized (

    select open_rows.*
    from open_rows
    anti join touched using (article_id)

),

told as (

    select distinct
        mentions.article_id,
        mentions.article_version,
        {{ sentence_key() }} as sentence_key,
        {{ trigger_offset() }} as trigger_offset,
        clusters.incident_id,
        tellers.fingerprint
    from clusters
    semi join touched using (article_id)
    inner join tellers using (article_id, article_version)
    inner join mentions using (article_id, article_version, article_incident_id)
    inner join sentences using (article_id, article_version, sentence_index)
    inner join articles using (article_id, article_version)

),

-- Reports are known again: at their place, in their sentence, in their article.

last_rows as (

    -- Where the reports of these articles stand, or stood last: a withdrawn article may come back.
    select
        known_rows.*,
        coalesce(known_rows.valid_to, 'infinity') = max(coalesce(known_rows.valid_to, 'infinity')) over (
            partition by known_rows.article_id
        ) as is_of_last_state
    from known_rows
    semi join touched using (article_id)
    qualify
        coalesce(known_rows.valid_to, 'infinity') = max(coalesce(known_rows.valid_to, 'infinity')) over (
            partition by known_rows.article_id, known_rows.report_id
        )

),

in_place as (

    select distinct
        told.*,
        last_rows.report_id
    from told
    inner join last_rows using ({{ place }})

),

new_places as (

    select told.*
    from told
    anti join in_place using ({{ place }})

),

displaced as (

    select last_rows.*
    from last_rows
    anti join in_place using (article_id, report_id)

),

in_sentence as (

    -- Another word of the sentence is read as the trigger; the nearest, where there are several.
    select
        new_places.*,
        displaced.report_id
    from displaced
    inner join new_places using (article_id, sentence_key)
    qualify row_number() over (
        partition by displaced.article_id, displaced.report_id
        order by
            abs(new_places.trigger_offset - displaced.trigger_offset),
            new_places.trigger_offset,
            new_places.incident_id
    ) = 1

),

found_reports as (

    select * from in_place
    union
    select * from in_sentence

),

found_incidents as (

    -- The incidents of which an article still says something, under their former and their new ids.
    select
        found_reports.article_id,
        found_reports.incident_id as new_id,
        last_rows.incident_id as former_id
    from found_reports
    inner join last_rows using (article_id, report_id)

),

lost_incidents as (

    select distinct
        displaced.article_id,
        displaced.incident_id
    from displaced
    anti join found_incidents
        on
            displaced.article_id = found_incidents.article_id
            and displaced.incident_id = found_incidents.former_id
    where displaced.is_of_last_state

),

told_anew as (

    select distinct
        new_places.article_id,
        new_places.incident_id
    from new_places
    anti join found_incidents
        on
            new_places.article_id = found_incidents.article_id
            and new_places.incident_id = found_incidents.new_id

),

lost_otherwise as (

    select lost_incidents.*
    from lost_incidents
    anti join told_anew using (article_id, incident_id)

),

told_otherwise as (

    select told_anew.*
    from told_anew
    anti join lost_incidents using (article_id, incident_id)

),

rewritten as (

    -- The article says in other sentences what it said: under the same id, or because nothing else is left.
    select
        lost_incidents.article_id,
        lost_incidents.incident_id as former_id,
        told_anew.incident_id as new_id
    from lost_incidents
    inner join told_anew using (article_id, incident_id)

    union all

    select
        lost_otherwise.article_id,
        any_value(lost_otherwise.incident_id) as former_id,
        any_value(told_otherwise.incident_id) as new_id
    from lost_otherwise
    inner join told_otherwise on lost_otherwise.article_id = told_otherwise.article_id
    group by lost_otherwise.article_id
    having count(*) = 1

),

first_places as (

    select * from new_places
    qualify row_number() over (
        partition by article_id, incident_id order by trigger_offset, sentence_key
    ) = 1

),

in_article as (

    -- One of the new places takes over all the reports that were lost.
    select
        first_places.*,
        displaced.report_id
    from displaced
    inner join rewritten
        on
            displaced.article_id = rewritten.article_id
            and displaced.incident_id = rewritten.former_id
    inner join first_places
        on
            rewritten.article_id = first_places.article_id
            and rewritten.new_id = first_places.incident_id
    where displaced.is_of_last_state

),

carried_on as (

    select * from found_reports
    union
    select * from in_article

),

own_rows as (

    select * from carried_on

    union all

    select
        told.*,
        {{ stable_id([
            "'report'", 'told.article_id', 'told.sentence_key', 'told.trigger_offset', 'told.incident_id',
            'this_load.compared_at'
        ]) }} as report_id
    from told
    cross join this_load
    anti join carried_on using ({{ place }}, incident_id)

),

-- An incident outlives a report of it: another report takes its place, and leads on from the ids it had.

standing_elsewhere as (

    select untouched_rows.report_id
    from untouched_rows
    semi join touched_rows using (report_id)

),

lost_reports as (

    select distinct
        touched_rows.report_id,
        touched_rows.incident_id
    from touched_rows
    anti join own_rows using (report_id)
    anti join standing_elsewhere using (report_id)

),

survivors as (

    select
        touched_rows.incident_id as former_id,
        own_rows.*
    from touched_rows
    semi join lost_reports using (incident_id)
    inner join own_rows on touched_rows.report_id = own_rows.report_id

    union all by name

    select
        untouched_rows.incident_id as former_id,
        untouched_rows.* exclude (valid_from, valid_to, correction_id)  -- noqa: RF02
    from untouched_rows
    semi join lost_reports using (incident_id)

),

remembered as (

    select report_id from lost_reports
    union
    select report_id from survivors

),

memories as (

    -- The ids that a report had, and since when.
    select
        known.report_id,
        known.incident_id,
        min(known.valid_from) as since,
        count(*) over (partition by known.report_id) as id_count
    from known
    semi join remembered using (report_id)
    group by known.report_id, known.incident_id

),

heirs as (

    -- None is needed where another report has had the one id as long.
    select
        lost_reports.report_id,
        survivors.incident_id,
        arg_min(
            struct_pack(
                article_id := survivors.article_id,
                article_version := survivors.article_version,
                sentence_key := survivors.sentence_key,
                trigger_offset := survivors.trigger_offset,
                fingerprint := survivors.fingerprint
            ),
            (survivors.article_id, survivors.sentence_key, survivors.trigger_offset)
        ) as host
    from lost_reports
    inner join survivors on lost_reports.incident_id = survivors.former_id
    inner join memories as lost_memories
        on
            lost_reports.report_id = lost_memories.report_id
            and lost_reports.incident_id = lost_memories.incident_id
    inner join memories as surviving_memories
        on
            survivors.report_id = surviving_memories.report_id
            and survivors.former_id = surviving_memories.incident_id
    group by lost_reports.report_id, lost_reports.incident_id, survivors.incident_id
    having
        max(lost_memories.id_count) > 1
        or min(surviving_memories.since) > min(lost_memories.since)

),

next_rows as (

    select * from own_rows

    union by name

    select
        report_id,
        incident_id,
        host.article_id,
        host.article_version,
        host.sentence_key,
        host.trigger_offset,
        host.fingerprint
    from heirs

),

-- Which correction a change is owed to.

places_after as (

    select
        article_id,
        sentence_key,
        trigger_offset,
        incident_id
    from next_rows

    union all

    select
        article_id,
        sentence_key,
        trigger_offset,
        incident_id
    from untouched_rows

),

joined_before as (

    -- Decisions to keep apart two mentions that told of one incident.
    select decisions.correction_id
    from decisions
    inner join open_rows using ({{ place }})
    where decisions.decision in ('same', 'different')
    group by decisions.correction_id, open_rows.incident_id
    having count(distinct decisions.incident_mention_id) = 2

),

joined_after as (

    select decisions.correction_id
    from decisions
    inner join places_after using ({{ place }})
    where decisions.decision in ('same', 'different')
    group by decisions.correction_id, places_after.incident_id
    having count(distinct decisions.incident_mention_id) = 2

),

causes as (

    -- What is rejected is told no longer, a link is decided and done; of an edit it is known that it is new.
    select
        decisions.article_id,
        decisions.sentence_key,
        decisions.trigger_offset,
        max(decisions.correction_id) as correction_id
    from decisions
    cross join this_load
    where
        decisions.decision = 'reject'
        or (decisions.decision = 'edit' and decisions.corrected_at > this_load.former_at)
        or (
            decisions.correction_id in (select joined_before.correction_id from joined_before)
            and decisions.correction_id not in (select joined_after.correction_id from joined_after)
        )
        or (
            decisions.correction_id in (select joined_after.correction_id from joined_after)
            and decisions.correction_id not in (select joined_before.correction_id from joined_before)
        )
    group by decisions.article_id, decisions.sentence_key, decisions.trigger_offset

),

ended as (

    select
        touched_rows.* replace (
            this_load.compared_at as valid_to,
            causes.correction_id as correction_id
        )
    from touched_rows
    cross join this_load
    anti join next_rows using ({{ standing }})
    left join causes using ({{ place }})

),

unchanged as (

    select touched_rows.* replace (next_rows.fingerprint as fingerprint)
    from touched_rows
    inner join next_rows using ({{ standing }})
    where touched_rows.fingerprint != next_rows.fingerprint

),

begun as (

    select
        next_rows.*,
        this_load.compared_at as valid_from,
        null::timestamptz as valid_to,
        null::varchar as correction_id
    from next_rows
    cross join this_load
    anti join touched_rows using ({{ standing }})

),

final as (

    select * from ended
    union all by name
    select * from unchanged
    union all by name
    select * from begun

)

select
    report_id,
    article_id,
    article_version,
    sentence_key,
    trigger_offset,
    incident_id,
    valid_from,
    valid_to,
    correction_id,
    fingerprint
from final
