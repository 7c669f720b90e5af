{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['article_id', 'article_version'],
        on_schema_change='fail'
    )
}}

-- depends_on: {{ ref('int_statement_members') }}
with

all_fingerprints as not materialized (

    -- Each use reads only the rows and columns it needs of the whole table.
    select * from {{ ref('int_article_incident_fingerprints') }}

),

touched as (

    select all_fingerprints.article_id
    from all_fingerprints
    {% if is_incremental() %}
        where all_fingerprints.is_changed

        union

        select statement_groups.article_id
        from {{ ref('int_statement_groups') }} as statement_groups
        where
            statement_groups.unit_id in (
                select members.unit_id
                from {{ ref('int_statement_members') }} as members
                where members.is_changed
            )
    {% endif %}

),

fingerprints as{{ read_first() }} (

    select * from {{ rows_of(ref('int_article_incident_fingerprints'), 'article_id', 'touched') }}
    where fingerprint is not null

),

statement_groups as{{ read_first() }} (

    select * from {{ rows_of(ref('int_statement_groups'), 'article_id', 'touched') }}

),

links as (

    select
        article_id,
        article_version,
        {{ rows_hash(['statement_id', 'statement_group_id', 'link_rule', 'score']) }} as statement_groups
    from statement_groups
    group by article_id, article_version

),

fingerprinted as (

    select
        fingerprints.article_id,
        fingerprints.article_version,
        fingerprints.reading_order,
        hash(fingerprints.fingerprint, links.statement_groups) as fingerprint
    from fingerprints
    left join links
        on
            fingerprints.article_id = links.article_id
            and fingerprints.article_version = links.article_version

),

gone as (

    select
        article_id,
        article_version
    from all_fingerprints
    where fingerprint is null

)

{{ new_changes('fingerprinted', ['article_id', 'article_version'], 'gone') }}
