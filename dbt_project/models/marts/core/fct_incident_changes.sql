{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail'
    )
}}

with

reports as (

    select * from {{ ref('incident_reports') }}

),

batches as (

    select * from {{ ref('stg_load_batches') }}

),

moments as (

    -- Loads that changed something and are not told of yet.
    select distinct changed_at
    from (
        select valid_from as changed_at from reports
        union all
        select valid_to as changed_at from reports
    ) as changes
    where
        changed_at is not null
        {% if is_incremental() %}
            and changed_at > (
                select coalesce(max(told.changed_at), '-infinity') from {{ this }} as told
            )
        {% endif %}

),

ended as (

    select
        reports.*,
        moments.changed_at
    from reports
    inner join moments on reports.valid_to = moments.changed_at

),

begun as (

    select
        reports.*,
        moments.changed_at
    from reports
    inner join moments on reports.valid_from = moments.changed_at

),

passed as (

    -- What became of every report that moved.
    select
        ended.changed_at,
        ended.report_id,
        ended.incident_id as old_id,
        begun.incident_id as new_id
    from ended
    inner join begun using (changed_at, report_id)

),

standing as (

    -- Incidents that some of their reports never left.
    select distinct
        touched.changed_at,
        touched.incident_id
    from (
        select
            changed_at,
            incident_id
        from ended
        union
        select
            changed_at,
            incident_id
        from begun
    ) as touched
    inner join reports
        on
            touched.incident_id = reports.incident_id
            and touched.changed_at > reports.valid_from
            and touched.changed_at < coalesce(reports.valid_to, 'infinity')

),

links as (

    select
        changed_at,
        old_id,
        new_id,
        count(distinct report_id)::integer as report_count
    from passed
    group by changed_at, old_id, new_id

    union all by name

    select
        changed_at,
        incident_id as old_id,
        incident_id as new_id,
        null as report_count
    from standing

),

counted_links as (

    -- An incident that keeps its name and some of its reports stands in `links` twice.
    select
        changed_at,
        old_id,
        new_id,
        max(report_count) as report_count,
        count(*) over (partition by changed_at, old_id) as successor_count,
        count(*) over (partition by changed_at, new_id) as predecessor_count
    from links
    group by changed_at, old_id, new_id

),

outcomes as (

    select
        changed_at,
        old_id as incident_id,
        new_id as new_incident_id,
        case
            when successor_count = 1 and predecessor_count = 1 then 'renamed'
            when successor_count = 1 then 'merged'
            when predecessor_count = 1 then 'split'
            else 'moved'
        end as change,
        report_count
    from counted_links
    where old_id != new_id

    union all by name

    select
        ended.changed_at,
        ended.incident_id,
        null as new_incident_id,
        'withdrawn' as change,
        count(distinct ended.report_id)::integer as report_count
    from ended
    anti join links on ended.changed_at = links.changed_at and ended.incident_id = links.old_id
    group by ended.changed_at, ended.incident_id

    union all by name

    select
        begun.changed_at,
        null as incident_id,
        begun.incident_id as new_incident_id,
        'new' as change,
        count(distinct begun.report_id)::integer as report_count
    from begun
    anti join links on begun.changed_at = links.changed_at and begun.incident_id = links.new_id
    group by begun.changed_at, begun.incident_id

),

articles_gone as (

    -- Articles that tell of the incident no longer, or in another version.
    select
        ended.changed_at,
        ended.incident_id,
        list(distinct ended.article_id) as article_ids
    from ended
    anti join begun using (changed_at, report_id, article_id, article_version)
    group by ended.changed_at, ended.incident_id

),

articles_come as (

    -- A report that takes the place of another's is no news.
    select
        begun.changed_at,
        begun.incident_id,
        list(distinct begun.article_id) as article_ids
    from begun
    anti join ended
        on
            begun.changed_at = ended.changed_at
            and begun.report_id = ended.report_id
            and (
                begun.article_id != ended.article_id
                or begun.article_version = ended.article_version
            )
    group by begun.changed_at, begun.incident_id

),

corrections as (

    select
        changed_at,
        incident_id,
        list(distinct correction_id order by correction_id) as correction_ids
    from ended
    where correction_id is not null
    group by changed_at, incident_id

),

batch_moments as (

    select
        moments.changed_at,
        arg_max(batches.batch_id, (batches.started_at, batches.batch_id)) as batch_id,
        arg_max(batches.run_id, (batches.started_at, batches.batch_id)) as run_id
    from moments
    inner join batches on moments.changed_at >= batches.started_at
    group by moments.changed_at

)

select
    {{ stable_id([
        "'incident change'", 'outcomes.changed_at::varchar', "coalesce(outcomes.incident_id, '')",
        "coalesce(outcomes.new_incident_id, '')"
    ]) }} as incident_change_id,
    outcomes.changed_at,
    batch_moments.batch_id,
    batch_moments.run_id,
    outcomes.change,
    outcomes.incident_id,
    outcomes.new_incident_id,
    outcomes.report_count,
    list_sort(list_distinct(
        coalesce(articles_gone.article_ids, []) || coalesce(articles_come.article_ids, [])
    )) as article_ids,
    coalesce(corrections.correction_ids, []) as correction_ids
from outcomes
left join batch_moments on outcomes.changed_at = batch_moments.changed_at
left join articles_gone
    on
        outcomes.changed_at = articles_gone.changed_at
        and outcomes.incident_id = articles_gone.incident_id
left join articles_come
    on
        outcomes.changed_at = articles_come.changed_at
        and outcomes.new_incident_id = articles_come.incident_id
left join corrections
    on
        outcomes.changed_at = corrections.changed_at
        and outcomes.incident_id = corrections.incident_id
