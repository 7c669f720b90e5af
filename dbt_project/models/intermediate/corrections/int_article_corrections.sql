with

corrections as (

    select * from {{ ref('stg_corrections') }}

),

targets as (

    select * from {{ ref('int_correction_targets') }}

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
            corrections.correction_id,
            corrections.corrected_at
        ),
        chr(29)
        order by corrections.correction_id, targets.role, targets.object_id
    )) as corrections_hash
from targets
inner join corrections on targets.correction_id = corrections.correction_id
group by targets.article_id
