with

corrections as (

    select * from {{ ref('stg_corrections') }}
    where error is null

),

objects as (

    select * from {{ ref('int_correction_objects') }}

),

articles as (

    select * from {{ ref('stg_articles') }}

),

places as (

    select
        correction_id,
        'object' as role,
        -- An incident is named by one of its mentions, a link by two.
        case
            when object_type in ('incident', 'link') then 'incident_mention'
            else object_type
        end as object_type,
        object_id,
        article_id,
        article_version,
        char_start,
        char_end,
        anchor_text,
        anchor_kind,
        sentence_text
    from corrections

    union all

    select
        correction_id,
        'other' as role,
        'incident_mention' as object_type,
        coalesce(
            other_object_id, case when column_name in {{ pointer_columns() }} then new_value end
        ) as object_id,
        other_article_id as article_id,
        other_article_version as article_version,
        other_char_start as char_start,
        other_char_end as char_end,
        other_anchor_text as anchor_text,
        other_anchor_kind as anchor_kind,
        other_sentence_text as sentence_text
    from corrections
    where
        object_type = 'link'
        or other_object_id is not null
        or other_anchor_text is not null
        or (column_name in {{ pointer_columns() }} and new_value is not null)

),

found as (

    select
        places.correction_id,
        places.role,
        objects.object_type,
        objects.object_id
    from places
    inner join objects
        on
            places.object_type = objects.object_type
            and places.object_id = objects.object_id

    union

    select
        places.correction_id,
        places.role,
        objects.object_type,
        objects.object_id
    from places
    inner join objects
        on
            places.object_type = objects.object_type
            and places.article_id = objects.article_id

    union

    select
        places.correction_id,
        places.role,
        objects.object_type,
        objects.object_id
    from places
    inner join objects
        on
            places.object_type = objects.object_type
            and places.article_id = objects.external_id

),

compared as (

    select
        found.correction_id,
        found.role,
        objects.*,
        places.sentence_text is null as is_sentence_unknown,
        case
            when objects.object_id = places.object_id then 'object_id'
            -- The same words at the same place, read anew.
            when
                objects.article_version = coalesce(places.article_version, objects.article_version)
                and objects.char_start < places.char_end
                and places.char_start < objects.char_end
                and (
                    coalesce(objects.anchor_kind = places.anchor_kind, true)
                    or objects.char_start = places.char_start
                )
                and substring(
                    articles.body, places.char_start + 1, places.char_end - places.char_start
                ) = places.anchor_text
                then 'span'
            -- The same words in the same sentence, in whichever version.
            when
                objects.anchor_text = places.anchor_text
                and objects.sentence_text = coalesce(places.sentence_text, objects.sentence_text)
                then 'sentence'
        end as match_rule,
        coalesce(objects.anchor_kind = places.anchor_kind, false) as is_same_kind,
        abs(objects.char_start - places.char_start) as distance
    from found
    inner join places on found.correction_id = places.correction_id and found.role = places.role
    inner join objects
        on found.object_type = objects.object_type and found.object_id = objects.object_id
    inner join articles
        on
            objects.article_id = articles.article_id
            and objects.article_version = articles.article_version

),

matched as (

    select
        *,
        count(*) over (
            partition by correction_id, role, article_id, article_version, match_rule
        ) as match_count
    from compared
    where match_rule is not null

)

select
    correction_id,
    role,
    object_id,
    article_id,
    article_version,
    match_rule,
    extracted
from matched
-- Words without their sentence name an object only if no other has the same.
where match_rule != 'sentence' or not is_sentence_unknown or match_count = 1
qualify row_number() over (
    partition by correction_id, role, article_id, article_version
    order by
        case match_rule when 'object_id' then 1 when 'span' then 2 else 3 end asc,
        is_same_kind desc,
        distance asc,
        object_id asc
) = 1
