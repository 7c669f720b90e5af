{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook=[
            "{{ delete_changed(ref('int_incident_members'), ['unit_id']) }}",
            "{{ delete_changed(ref('int_article_fingerprints'), ['article_id', 'article_version']) }}"
        ]
    )
}}

-- depends_on: {{ ref('int_article_fingerprints') }}
with

members as (

    -- All members of a component are clustered anew together.
    select * from {{ ref('int_incident_members') }}
    {% if is_incremental() %}
        where is_changed
    {% endif %}

),

units as (

    select
        unit_id,
        article_id,
        article_version,
        article_incident_id,
        unit_index,
        link_key
    from {{ rows_of(ref('int_incident_units'), 'unit_id', 'members') }}

),

corrections as (

    select * from {{ ref('int_object_corrections') }}
    where object_type = 'incident' and decided_at is not null

),

mentions as (

    select * from {{ ref('int_corrected_incident_mentions') }}

),

unit_pairs as materialized (

    -- Found before it is asked who shares a cluster: a backdrop may have thousands of reports and no pair.
    select
        pairs.unit_a,
        pairs.unit_b,
        pairs.score,
        pairs.is_decided_same,
        pairs.is_copy,
        members.first_unit_id
    from {{ rows_of(ref('int_incident_pairs'), 'unit_a', 'members', 'unit_id') }} as pairs
    inner join members on pairs.unit_a = members.unit_id

),

member_pairs as (

    select
        unit_pairs.unit_a,
        unit_pairs.unit_b,
        unit_pairs.score,
        unit_pairs.is_decided_same,
        unit_pairs.is_copy
    from unit_pairs
    inner join members
        on
            unit_pairs.unit_b = members.unit_id
            and unit_pairs.first_unit_id = members.first_unit_id

),

unit_scores as (

    select
        unit_id,
        avg(score) as score,
        bool_or(is_decided_same) as is_decided_same,
        bool_or(is_copy) as is_copy
    from (
        select
            *,
            unnest([unit_a, unit_b]) as unit_id
        from member_pairs
    ) as sides
    group by unit_id

),

rejected as (

    -- What a person says is no incident is none, whichever reports of it come together.
    select members.first_unit_id
    from corrections
    inner join mentions on corrections.object_id = mentions.incident_mention_id
    inner join units
        on
            mentions.article_id = units.article_id
            and mentions.article_version = units.article_version
            and mentions.article_incident_id = units.article_incident_id
    inner join members on units.unit_id = members.unit_id
    group by members.first_unit_id
    having arg_max(corrections.is_rejected, (corrections.decided_at, corrections.correction_id))

)

select
    members.unit_id,
    -- Named after the first report, so that later reports do not rename it, nor a new version of the article.
    {{ stable_id(["'incident'", 'first_units.article_id', 'first_units.unit_index']) }}
        as incident_id,
    units.article_id,
    units.article_version,
    units.article_incident_id,
    case
        when unit_scores.is_decided_same then 'override'
        when unit_scores.is_copy then 'near_duplicate'
        when unit_scores.unit_id is not null then 'scored'
        when
            units.link_key is not null
            and count(*) over (partition by members.first_unit_id) > 1
            then 'same_backdrop'
        else 'single_report'
    end as link_rule,
    round(unit_scores.score, 2) as score,
    members.fingerprint
from members
inner join units on members.unit_id = units.unit_id
inner join units as first_units on members.first_unit_id = first_units.unit_id
left join unit_scores on members.unit_id = unit_scores.unit_id
where members.first_unit_id not in (select rejected.first_unit_id from rejected)
