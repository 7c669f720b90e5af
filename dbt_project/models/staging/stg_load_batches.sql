with

source as (

    select * from {{ source('raw', 'load_batches') }}

),

selected as (

    select
        batch_id,
        run_id,
        started_at,
        finished_at,
        documents_seen,
        articles_new,
        articles_changed,
        articles_unchanged,
        documents_rejected

    from source

)

select * from selected
