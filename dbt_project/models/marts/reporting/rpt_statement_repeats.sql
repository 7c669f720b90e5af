{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_retold_groups(ref('int_article_statement_fingerprints'), ref('int_statement_groups')) }}"
    )
}}

-- depends_on: {{ ref('int_article_statement_fingerprints') }}
with

new_articles as (

    {{ changed(ref('int_article_statement_fingerprints'), ['article_id'], order=none) }}

),

new_units as (

    {{ changed(ref('int_statement_members'), ['unit_id'], order=none) }}

),

statement_groups as not materialized (

    -- Each use reads only the rows and columns it needs of the whole table.
    select * from {{ ref('int_statement_groups') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

all_new_groups as (

    -- A group that lost a telling was made of units that were grouped anew.
    select statement_group_id
    from statement_groups
    where article_id in (select new_articles.article_id from new_articles)

    union

    select statement_group_id
    from statement_groups
    where unit_id in (select new_units.unit_id from new_units)

),

new_groups as (

    select * from all_new_groups
    {{ hashed_slice_mark(ref('int_article_statement_fingerprints'), 'statement_group_id') }}

),

retold as (

    -- The telling of an article is the one that its paraphrases repeat.
    select
        statement_group_id,
        link_rule,
        telling_order,
        statement_id
    from {{ rows_of(ref('int_statement_groups'), 'statement_group_id', 'new_groups') }}
    where
        statement_id = telling_id
        {% if is_incremental() %}
            and statement_group_id not in (select built.statement_group_id from {{ this }} as built)
        {% endif %}
    qualify count(*) over (partition by statement_group_id) > 1

),

statements as{{ read_first() }} (

    select * from {{ rows_of(ref('int_statements'), 'statement_id', 'retold') }}

),

tellings as (

    select
        retold.statement_group_id,
        retold.link_rule,
        retold.telling_order,
        statements.*
    from retold
    inner join statements on retold.statement_id = statements.statement_id

),

first_tellings as (

    select *
    from tellings
    qualify row_number() over (partition by statement_group_id order by telling_order) = 1

),

numbered as (

    select
        *,
        row_number() over (
            partition by statement_group_id order by telling_order
        ) as telling_number,
        -- A copy of a text that told it before repeats nothing.
        row_number() over (
            partition by statement_group_id, near_duplicate_group_id order by telling_order
        ) > 1 as is_copy
    from tellings

),

counted as (

    select
        *,
        (count(*) filter (where not is_copy) over so_far)::integer - 1 as repeat_number,
        (count(*) filter (where not is_copy) over in_all)::integer - 1 as repeat_count,
        (count(*) over in_all)::integer as article_count
    from numbered
    window
        so_far as (partition by statement_group_id order by telling_number),
        in_all as (partition by statement_group_id)

)

select
    counted.statement_group_id,
    counted.article_id,
    counted.article_version,
    counted.statement_id,
    counted.publisher,
    counted.published_at,
    counted.telling_number = 1 as is_first,
    counted.is_copy,
    counted.repeat_number,
    counted.repeat_count,
    counted.article_count,
    first_tellings.article_id as first_article_id,
    first_tellings.publisher as first_publisher,
    first_tellings.published_at as first_published_at,
    first_tellings.carrier_text as first_carrier_text,
    counted.carrier_text,
    coalesce(counted.organisation_actor_id, counted.speaker_actor_id) as speaker_actor_id,
    coalesce(counted.speaker_name, actors.name, counted.source_text) as speaker_name,
    counted.speaker_party_id,
    counted.is_official,
    counted.speech_act,
    counted.about_incident_id,
    counted.link_rule,
    counted.quote_type,
    counted.content_text,
    counted.content_start,
    counted.content_end
from counted
inner join first_tellings on counted.statement_group_id = first_tellings.statement_group_id
left join actors
    on coalesce(counted.organisation_actor_id, counted.speaker_actor_id) = actors.actor_id
{{ oldest_first('counted.published_at') }}
