{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='event_id',
        on_schema_change='fail'
    )
}}

with

new_articles as (

    {{ changed(ref('int_article_statement_fingerprints'), ['article_id'], order=none) }}

),

new_incidents as (

    {{ changed(ref('int_incident_fingerprints'), ['incident_id'], order=none) }}

),

official_statements as not materialized (

    -- Each use reads only the rows and columns it needs of the whole table.
    select * from {{ ref('fct_official_statements') }}

),

reports as not materialized (

    select * from {{ ref('int_first_reports') }}

),

all_touched_groups as (

    -- One statement of a group is its event; which one, and of what kind, may turn on any of them.
    select statement_group_id
    from official_statements
    where article_id in (select new_articles.article_id from new_articles)

    union

    select statement_group_id
    from official_statements
    where about_incident_id in (select new_incidents.incident_id from new_incidents)

    {% if is_incremental() %}
        union

        select statement_group_id
        from {{ this }}
        where
            statement_group_id is not null
            and article_id in (
                select articles.article_id
                from {{ ref('int_article_statement_fingerprints') }} as articles
                where articles.is_changed
            )
    {% endif %}

),

touched_groups as (

    select * from all_touched_groups
    {{ hashed_slice_mark(ref('int_incident_fingerprints'), 'statement_group_id') }}

),

all_touched_reports as (

    -- The incidents that one article was first to tell of are looked at together.
    select distinct reports.article_id
    from reports
    inner join new_incidents using (incident_id)

    {% if is_incremental() %}
        union

        select built.article_id
        from {{ this }} as built
        inner join {{ ref('int_incident_fingerprints') }} as fingerprints
            on built.event_id = fingerprints.incident_id
        where fingerprints.is_changed and built.statement_group_id is null
    {% endif %}

),

touched_reports as (

    select * from all_touched_reports
    {{ hashed_slice_mark(ref('int_incident_fingerprints'), 'article_id') }}

),

statements as{{ read_first() }} (

    select *
    from {{ rows_of(ref('fct_official_statements'), 'statement_group_id', 'touched_groups') }}

),

acts as{{ read_first() }} (

    select * from {{ rows_of(ref('fct_statement_acts'), 'statement_id', 'statements') }}

),

first_reports as{{ read_first() }} (

    select * from {{ rows_of(ref('int_first_reports'), 'article_id', 'touched_reports') }}

),

touched_incidents as (

    select incident_id from first_reports

    union

    select about_incident_id as incident_id from statements

),

incidents as{{ read_first() }} (

    select * from {{ rows_of(ref('fct_incidents'), 'incident_id', 'touched_incidents') }}

),

incident_types as (

    select * from {{ ref('incident_types') }}

),

contexts as (

    select * from {{ ref('plover_contexts') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

fingerprints as (

    select * from {{ ref('int_article_fingerprints') }}

),

group_claims as{{ read_first() }} (

    select * from {{ rows_of(ref('int_group_claims'), 'incident_id', 'touched_incidents') }}

),

estimates as{{ read_first() }} (

    select *
    from {{ rows_of(ref('fct_casualty_estimates'), 'incident_id', 'touched_incidents') }}

),

type_contexts as (

    select
        incident_type,
        list(plover_context order by plover_context) as contexts
    from contexts
    group by incident_type

),

victim_contexts as (

    -- Who was hurt adds to what the kind of incident is about.
    select
        incident_id,
        list(distinct case victim_category
            when 'peacekeeper' then 'peacekeeping'
            when 'journalist' then 'rights_freedoms'
            when 'medic' then 'health'
        end) filter (
            where victim_category in ('peacekeeper', 'journalist', 'medic')
        ) as contexts
    from group_claims
    group by incident_id

),

sizes as (

    select
        incident_id,
        max(best) filter (where harm_type = 'killed') as dead_count,
        max(best) filter (where harm_type = 'wounded') as injured_count,
        max(best) filter (where harm_type = 'captured') as arrested_count
    from estimates
    where rule = 'default'
    group by incident_id

),

verbal_events as (

    -- A statement that is repeated, in its article or in others, is one event: its first telling.
    select
        acts.statement_id || '.' || acts.act_index as event_id,
        coalesce(statements.statement_date_end, statements.published_at::date) as date_start,
        coalesce(statements.statement_date_end, statements.published_at::date) as date_end,
        acts.plover_event,
        acts.plover_mode,
        incidents.incident_type,
        null::varchar[] as victim_contexts,
        false as is_two_sided,
        coalesce(statements.organisation_actor_id, statements.speaker_actor_id) as actor_id,
        coalesce(statements.speaker_name, statements.source_text) as actor_text,
        statements.speaker_role as actor_title,
        coalesce(acts.addressee_actor_id, acts.target_actor_id) as recipient_id,
        null::varchar as recipient_text,
        null::varchar as location_id,
        null::varchar as location_text,
        null::integer as dead_count,
        null::integer as injured_count,
        null::integer as arrested_count,
        statements.article_id,
        statements.article_version,
        statements.sentence_index,
        statements.statement_group_id,
        acts.act_text as event_text,
        acts.act_start as event_start,
        acts.act_end as event_end
    from acts
    inner join statements on acts.statement_id = statements.statement_id
    left join incidents on statements.about_incident_id = incidents.incident_id
    where
        acts.plover_event is not null
        and statements.paraphrase_of is null
        and statements.is_current_version
    qualify rank() over (
        partition by statements.statement_group_id, acts.plover_event, acts.plover_mode
        order by
            statements.published_at asc nulls last,
            statements.article_id asc,
            statements.statement_id asc
    ) = 1

),

material_events as (

    select
        incidents.incident_id as event_id,
        incidents.date_start,
        incidents.date_end,
        incident_types.plover_event,
        incident_types.plover_mode,
        incidents.incident_type,
        victim_contexts.contexts as victim_contexts,
        incidents.incident_type = 'armed_clash'
        and coalesce(targets.actor_kind != 'population', false) as is_two_sided,
        incidents.perpetrator_actor_id as actor_id,
        incidents.perpetrator_name as actor_text,
        null::varchar as actor_title,
        incidents.target_actor_id as recipient_id,
        incidents.target_name as recipient_text,
        incidents.location_id,
        first_reports.location_text,
        sizes.dead_count,
        sizes.injured_count,
        sizes.arrested_count,
        first_reports.article_id,
        first_reports.article_version,
        first_reports.sentence_index,
        null::varchar as statement_group_id,
        first_reports.trigger_text as event_text,
        first_reports.trigger_start as event_start,
        first_reports.trigger_end as event_end
    from incidents
    inner join incident_types on incidents.incident_type = incident_types.incident_type
    inner join first_reports on incidents.incident_id = first_reports.incident_id
    left join actors as targets on incidents.target_actor_id = targets.actor_id
    left join victim_contexts on incidents.incident_id = victim_contexts.incident_id
    left join sizes on incidents.incident_id = sizes.incident_id
    where incident_types.plover_event is not null and incidents.level != 'background'
    -- Forces that move to fight are not coded beside the fight.
    qualify not coalesce(
        incident_types.plover_event = 'MOBILIZE'
        and bool_or(incident_types.plover_event = 'ASSAULT') over (
            partition by
                first_reports.article_id, incidents.date_start, incidents.perpetrator_actor_id
        ),
        false
    )

),

events as (

    select * from verbal_events

    union all by name

    select * from material_events

),

final as (

    select
        events.* exclude (incident_type, victim_contexts), -- noqa: RF02
        list_sort(list_distinct(list_concat(
            coalesce(type_contexts.contexts, []),
            coalesce(events.victim_contexts, []),
            case
                when
                    actors.plover_sector = 'GOV'
                    and recipients.plover_sector = 'GOV'
                    and actors.plover_country != recipients.plover_country
                    then ['diplomatic']
                else []
            end
        ))) as contexts
    from events
    left join type_contexts on events.incident_type = type_contexts.incident_type
    left join actors on events.actor_id = actors.actor_id
    left join actors as recipients on events.recipient_id = recipients.actor_id

),

fingerprinted as (

    select
        final.*,
        hash(final, fingerprints.fingerprint) as fingerprint -- noqa: RF02
    from final
    inner join fingerprints
        on
            final.article_id = fingerprints.article_id
            and final.article_version = fingerprints.article_version

),

former as (

    {% if is_incremental() %}
        select built.event_id
        from {{ this }} as built
        inner join touched_groups using (statement_group_id)

        union

        select built.event_id
        from {{ this }} as built
        inner join touched_reports using (article_id)
        where built.statement_group_id is null
    {% else %}
        select null::varchar as event_id
        where false
    {% endif %}

),

gone as (

    select former.event_id
    from former
    anti join fingerprinted using (event_id)

)

{{ new_changes('fingerprinted', ['event_id'], 'gone') }}
