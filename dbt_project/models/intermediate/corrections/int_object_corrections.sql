with

corrections as (

    select * from {{ ref('stg_corrections') }}
    where error is null and object_type != 'link'

),

targets as (

    select * from {{ ref('int_correction_targets') }}

),

latest as (

    select
        corrections.correction_id,
        corrections.corrected_at,
        corrections.object_type,
        corrections.decision,
        corrections.column_name,
        coalesce(others.object_id, corrections.new_value) as new_value,
        targets.object_id,
        targets.article_id,
        targets.article_version
    from corrections
    inner join targets
        on corrections.correction_id = targets.correction_id and targets.role = 'object'
    left join targets as others
        on
            corrections.correction_id = others.correction_id
            and others.role = 'other'
            and targets.article_id = others.article_id
            and targets.article_version = others.article_version
    -- An edit that points to a mention which is no longer there points to nothing.
    where
        corrections.column_name is null
        or corrections.column_name not in {{ pointer_columns() }}
        or others.object_id is not null
        or coalesce(
            corrections.new_value, corrections.other_object_id, corrections.other_anchor_text
        ) is null
    qualify row_number() over (
        partition by
            corrections.object_type, targets.object_id, coalesce(corrections.column_name, '')
        order by {{ latest_correction_first('corrections') }}
    ) = 1

)

select
    object_type,
    object_id,
    any_value(article_id) as article_id,
    any_value(article_version) as article_version,
    coalesce(bool_or(decision = 'reject'), false) as is_rejected,
    max(corrected_at) filter (where decision != 'edit') as decided_at,
    map(
        coalesce(list(column_name order by column_name) filter (where decision = 'edit'), []),
        coalesce(list(new_value order by column_name) filter (where decision = 'edit'), [])
    ) as edits,
    arg_max(correction_id, (corrected_at, correction_id)) as correction_id,
    list(correction_id order by correction_id) as correction_ids
from latest
group by object_type, object_id
