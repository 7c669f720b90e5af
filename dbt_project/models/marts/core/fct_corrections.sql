with

corrections as (

    select * from {{ ref('stg_corrections') }}

),

targets as (

    select * from {{ ref('int_correction_targets') }}

),

articles as (

    select * from {{ ref('int_articles') }}

),

mentions as (

    select * from {{ ref('int_corrected_incident_mentions') }}

),

clusters as (

    select * from {{ ref('int_incident_clusters') }}

),

best_targets as (

    -- An object may stand in several versions of its article; the current one is shown.
    select
        targets.*,
        articles.is_current
    from targets
    inner join articles
        on
            targets.article_id = articles.article_id
            and targets.article_version = articles.article_version
    qualify row_number() over (
        partition by targets.correction_id, targets.role
        order by articles.is_current desc, targets.article_version desc, targets.article_id asc
    ) = 1

),

applied as (

    select unnest(correction_ids) as correction_id
    from {{ ref('int_object_corrections') }}
    where object_type != 'incident'

    union

    select unnest(correction_ids) as correction_id
    from {{ ref('int_incident_corrections') }}

    union

    select correction_id from {{ ref('int_decided_mention_pairs') }}

),

found as (

    select
        corrections.*,
        targets.object_id as current_object_id,
        others.object_id as current_other_object_id,
        targets.article_id as found_article_id,
        targets.article_version as found_article_version,
        targets.match_rule,
        targets.extracted ->> corrections.column_name as extracted_value,
        targets.is_current,
        clusters.incident_id,
        -- What two corrections must share to be about one thing.
        concat_ws(
            ' ',
            corrections.object_type,
            case corrections.object_type
                when 'incident' then coalesce(clusters.incident_id, targets.object_id)
                when 'link'
                    then
                        least(targets.object_id, others.object_id)
                        || ' ' || greatest(targets.object_id, others.object_id)
                else targets.object_id
            end,
            corrections.column_name
        ) as thing,
        -- The mention that an edit points to, or the other one of a link.
        corrections.object_type = 'link'
        or (
            corrections.column_name in {{ pointer_columns() }}
            and coalesce(
                corrections.new_value, corrections.other_object_id, corrections.other_anchor_text
            ) is not null
        ) as needs_other
    from corrections
    left join best_targets as targets
        on corrections.correction_id = targets.correction_id and targets.role = 'object'
    left join best_targets as others
        on corrections.correction_id = others.correction_id and others.role = 'other'
    left join mentions
        on
            targets.object_id = mentions.incident_mention_id
            and corrections.object_type in ('incident', 'incident_mention', 'link')
    left join clusters
        on
            mentions.article_id = clusters.article_id
            and mentions.article_version = clusters.article_version
            and mentions.article_incident_id = clusters.article_incident_id

),

ranked as (

    select
        found.*,
        found.error is null
        and found.current_object_id is not null
        and (not coalesce(found.needs_other, false) or found.current_other_object_id is not null)
            as is_found,
        first_value(found.correction_id) over things as latest_id,
        first_value(found.reviewer) over things as latest_reviewer,
        first_value(concat_ws(' ', found.decision, coalesce(found.new_value, ''))) over things
            as latest_say
    from found
    window things as (
        partition by found.thing, found.error is null and found.current_object_id is not null
        order by found.corrected_at desc, found.correction_id desc
    )

),

judged as (

    select
        ranked.*,
        case
            when ranked.error is not null then 'invalid'
            when not ranked.is_found then 'not_found'
            -- The decision on an incident leaves no trace in a table from which it was taken out.
            when
                applied.correction_id is not null
                or (
                    ranked.object_type = 'incident'
                    and ranked.correction_id = ranked.latest_id
                )
                then 'applied'
            -- It points to a mention of another article.
            when ranked.correction_id = ranked.latest_id then 'not_found'
            when
                ranked.reviewer != ranked.latest_reviewer
                and concat_ws(' ', ranked.decision, coalesce(ranked.new_value, ''))
                != ranked.latest_say
                then 'conflicting'
            else 'superseded'
        end as status
    from ranked
    left join applied on ranked.correction_id = applied.correction_id

)

select
    correction_id,
    source,
    line_number,
    object_type,
    object_id,
    decision,
    column_name,
    extracted_value,
    new_value,
    status,
    case status
        when 'invalid' then error
        when 'not_found'
            then
                case
                    when current_object_id is null
                        then
                            'the article is not here, or nothing in it has this id or these words;'
                            || ' take the row out, or give article_id, anchor_text and sentence_text'
                    else
                        'the other mention is not found, or is not in the same article;'
                        || ' name it by its id or its words'
                end
        when 'conflicting'
            then
                'correction ' || latest_id || ' by ' || latest_reviewer
                || ' decides otherwise and is later'
        when 'superseded' then 'correction ' || latest_id || ' is later'
        when 'applied'
            then case when not is_current then 'stands in a version that no longer counts' end
    end as status_reason,
    match_rule,
    found_article_id as article_id,
    found_article_version as article_version,
    current_object_id,
    current_other_object_id,
    incident_id,
    anchor_text,
    sentence_text,
    reason,
    reviewer,
    corrected_at
from judged
