{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='incident_id',
        on_schema_change='fail'
    )
}}

with

reports as (

    select * from {{ ref('incident_reports') }}

),

standing as (

    select * from reports
    where valid_to is null

),

changed_reports as (

    select report_id from reports
    {% if is_incremental() %}
        where
            greatest(valid_from, valid_to) > (
                select coalesce(max(built.updated_at), '-infinity') from {{ this }} as built
            )
    {% endif %}

),

changed_ids as (

    -- Every id that was ever given to a report which has changed.
    select distinct reports.incident_id
    from reports
    semi join changed_reports using (report_id)

),

held as (

    -- Since when and until when an id stood for a report, and the id that stands for it today.
    select
        reports.incident_id,
        reports.report_id,
        reports.valid_from,
        coalesce(reports.valid_to, 'infinity') as valid_to,
        today.incident_id as current_incident_id
    from reports
    semi join changed_ids using (incident_id)
    left join standing as today on reports.report_id = today.report_id

),

last_changes as (

    select
        held.incident_id,
        max(greatest(reports.valid_from, reports.valid_to)) as updated_at
    from held
    inner join reports on held.report_id = reports.report_id
    group by held.incident_id

),

spans as (

    -- The time that an id was in use, cut wherever its reports changed.
    select
        incident_id,
        bound as noted_from,
        lead(bound) over (partition by incident_id order by bound) as noted_until
    from (
        select
            incident_id,
            valid_from as bound
        from held
        union
        select
            incident_id,
            valid_to as bound
        from held
    ) as bounds

),

meanings as (

    -- What an id noted in that time means today: NULL where all that it stood for is gone.
    select
        spans.incident_id,
        spans.noted_from,
        spans.noted_until,
        held.current_incident_id,
        count(distinct held.report_id)::integer as report_count
    from spans
    inner join held
        on
            spans.incident_id = held.incident_id
            and spans.noted_from >= held.valid_from
            and spans.noted_from < held.valid_to
    group by
        spans.incident_id, spans.noted_from, spans.noted_until, held.current_incident_id
    qualify
        held.current_incident_id is not null
        or count(*) over (partition by spans.incident_id, spans.noted_from) = 1

),

followed as (

    select
        *,
        lag(noted_until) over (
            partition by incident_id, current_incident_id order by noted_from
        ) as former_until
    from meanings

),

terms as (

    -- Spans of one meaning that follow each other are one.
    select
        *,
        count(*) filter (where former_until is null or former_until != noted_from) over (
            partition by incident_id, current_incident_id order by noted_from
        ) as term
    from followed

)

select
    terms.incident_id,
    terms.current_incident_id,
    min(terms.noted_from) as noted_from,
    nullif(max(terms.noted_until), 'infinity') as noted_until,
    arg_max(terms.report_count, terms.noted_from) as report_count,
    any_value(last_changes.updated_at) as updated_at
from terms
inner join last_changes on terms.incident_id = last_changes.incident_id
group by terms.incident_id, terms.current_incident_id, terms.term
