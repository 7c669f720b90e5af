with

corrections as (

    select * from {{ ref('stg_corrections') }}
    where error is null and object_type = 'link'

),

targets as (

    select * from {{ ref('int_correction_targets') }}

),

pairs as (

    select
        corrections.correction_id,
        corrections.corrected_at,
        corrections.decision,
        least(targets.object_id, others.object_id) as incident_mention_id_a,
        greatest(targets.object_id, others.object_id) as incident_mention_id_b
    from corrections
    inner join targets
        on corrections.correction_id = targets.correction_id and targets.role = 'object'
    inner join targets as others
        on corrections.correction_id = others.correction_id and others.role = 'other'
    where targets.object_id != others.object_id

)

select
    pairs.incident_mention_id_a,
    pairs.incident_mention_id_b,
    pairs.decision,
    pairs.correction_id,
    pairs.corrected_at
from pairs
qualify row_number() over (
    partition by pairs.incident_mention_id_a, pairs.incident_mention_id_b
    order by {{ latest_correction_first('pairs') }}
) = 1
