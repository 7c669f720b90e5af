with

corrections as (

    select * from {{ ref('stg_corrections') }}

),

targets as (

    select * from {{ ref('int_correction_targets') }}

),

found as (

    -- A decision on two mentions counts when the second is there, of which the article of the first is told.
    select
        correction_id,
        string_agg(object_id, chr(31) order by role, object_id) as object_ids
    from targets
    group by correction_id

)

select
    targets.article_id,
    md5(string_agg(
        concat_ws(
            chr(31),
            targets.object_id,
            targets.role,
            corrections.object_type,
            corrections.decision,
            corrections.column_name,
            coalesce(corrections.new_value, chr(30)),
            found.object_ids,
            corrections.correction_id,
            corrections.corrected_at
        ),
        chr(29)
        order by corrections.correction_id, targets.role, targets.object_id
    )) as corrections_hash
from targets
inner join corrections on targets.correction_id = corrections.correction_id
inner join found on targets.correction_id = found.correction_id
group by targets.article_id
