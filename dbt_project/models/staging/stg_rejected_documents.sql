with

source as (

    select * from {{ source('raw', 'rejected_documents') }}

),

selected as (

    select
        rejection_id,
        source_path,
        reason_code,
        reason,
        line_number,
        external_id,
        excerpt,
        batch_id,
        rejected_at

    from source

)

select * from selected
