{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook=[
            "{{ delete_outdated(ref('int_article_incident_fingerprints'), ['article_id', 'article_version']) }}",
            "{{ delete_changed(ref('int_statement_members'), ['unit_id']) }}"
        ]
    )
}}

-- depends_on: {{ ref('int_article_incident_fingerprints') }}
with

new_articles as (

    {{ unbuilt(ref('int_article_incident_fingerprints'), ['article_id', 'article_version']) }}

),

new_units as (

    -- A group lies inside one component, which is grouped anew as a whole.
    {{ changed(ref('int_statement_members'), ['unit_id']) }}

    union

    select unit_id
    from {{ rows_of(ref('int_statement_units'), 'fingerprint', 'new_articles') }}

),

units as materialized (

    select * from {{ rows_of(ref('int_statement_units'), 'unit_id', 'new_units') }}

),

members as (

    select
        unit_id,
        first_unit_id
    from {{ rows_of(ref('int_statement_members'), 'unit_id', 'new_units') }}

),

member_pairs as (

    select
        pairs.unit_a,
        pairs.unit_b,
        pairs.run_points,
        pairs.stem_points,
        pairs.deed_points,
        pairs.score
    from {{ ref('int_statement_pairs') }} as pairs
    inner join members as members_a on pairs.unit_a = members_a.unit_id
    inner join members as members_b
        on
            pairs.unit_b = members_b.unit_id
            and members_a.first_unit_id = members_b.first_unit_id
    where
        not pairs.is_vetoed
        and pairs.unit_a in (select members.unit_id from members)

),

unit_scores as (

    select
        unit_id,
        round(avg(score), 2)::double as score,
        case
            when max(run_points) >= greatest(max(stem_points), max(deed_points)) then 'same_words'
            when max(stem_points) >= max(deed_points) then 'same_content'
            else 'same_act'
        end as link_rule
    from (
        select
            *,
            unnest([unit_a, unit_b]) as unit_id
        from member_pairs
    ) as sides
    group by unit_id

)

select
    units.statement_id,
    units.article_id,
    units.article_version,
    -- Named after its first telling, so that later ones do not rename it.
    {{ stable_id(["'statement group'", 'members.first_unit_id']) }} as statement_group_id,
    units.unit_id,
    units.telling_id,
    units.telling_order,
    case
        when units.statement_id != units.telling_id then 'paraphrase'
        when len(units.article_ids) > 1 then 'wire_copy'
        else coalesce(unit_scores.link_rule, 'single')
    end as link_rule,
    unit_scores.score,
    units.fingerprint
from units
inner join members on units.unit_id = members.unit_id
left join unit_scores on units.unit_id = unit_scores.unit_id
