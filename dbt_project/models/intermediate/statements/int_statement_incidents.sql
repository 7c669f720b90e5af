{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_article_incident_fingerprints'), ['article_id', 'article_version']) }}"
    )
}}

-- depends_on: {{ ref('int_article_incident_fingerprints') }}
with

new_articles as (

    {{ unbuilt(ref('int_article_incident_fingerprints'), ['article_id', 'article_version']) }}

),

statements as (

    select * from {{ rows_of_view(ref('int_corrected_statements'), 'article_id', 'new_articles') }}

),

acts as (

    select * from {{ rows_of_view(ref('int_corrected_statement_acts'), 'article_id', 'new_articles') }}

),

speech_acts as (

    select * from {{ ref('speech_acts') }}

),

mentions as (

    select * from {{ rows_of_view(ref('int_corrected_incident_mentions'), 'article_id', 'new_articles') }}

),

casualties as (

    select * from {{ rows_of_view(ref('int_corrected_casualties'), 'article_id', 'new_articles') }}

),

clusters as (

    select * from {{ rows_of(ref('int_incident_clusters'), 'article_id', 'new_articles') }}

),

links as (

    select
        article_id,
        article_version,
        statement_id,
        about_article_incident_id as article_incident_id,
        1 as rule_rank,
        null::integer as position
    from statements
    where about_article_incident_id is not null

    union all

    select
        article_id,
        article_version,
        asserted_by_statement_id as statement_id,
        article_incident_id,
        2 as rule_rank,
        trigger_start as position
    from mentions
    where asserted_by_statement_id is not null

    union all

    select
        casualties.article_id,
        casualties.article_version,
        casualties.statement_id,
        mentions.article_incident_id,
        3 as rule_rank,
        casualties.claim_start as position
    from casualties
    inner join mentions on casualties.incident_mention_id = mentions.incident_mention_id
    where casualties.statement_id is not null

),

acted_links as (

    -- The act in whose words the incident stands, the innermost; else the main act.
    select
        links.*,
        acts.act_index,
        coalesce(speech_acts.incident_basis, 'reports') as link_basis
    from links
    left join acts
        on
            links.statement_id = acts.statement_id
            and (
                acts.act_index = 0
                or links.position between acts.act_start and acts.act_end - 1
            )
    left join speech_acts on acts.speech_act = speech_acts.speech_act
    qualify row_number() over (
        partition by
            links.statement_id, links.article_incident_id, links.rule_rank, links.position
        order by
            coalesce(links.position between acts.act_start and acts.act_end - 1, false) desc,
            acts.act_end - acts.act_start asc,
            acts.act_index asc
    ) = 1

)

select
    acted_links.statement_id,
    clusters.incident_id,
    acted_links.article_id,
    acted_links.article_version,
    -- What is done about the incident tells more than that it is reported on the way.
    arg_min(
        acted_links.link_basis,
        (
            (acted_links.link_basis = 'reports')::integer,
            acted_links.rule_rank,
            coalesce(acted_links.act_index, 0),
            acted_links.link_basis
        )
    ) as link_basis,
    case min(acted_links.rule_rank)
        when 1 then 'about'
        when 2 then 'asserts_mention'
        else 'asserts_casualties'
    end as link_rule,
    any_value(new_articles.fingerprint) as fingerprint
from acted_links
inner join new_articles
    on
        acted_links.article_id = new_articles.article_id
        and acted_links.article_version = new_articles.article_version
inner join clusters
    on
        acted_links.article_id = clusters.article_id
        and acted_links.article_version = clusters.article_version
        and acted_links.article_incident_id = clusters.article_incident_id
where
    acted_links.statement_id not in (
        select statements.statement_id from statements
        where statements.is_rejected
    )
group by
    acted_links.statement_id,
    clusters.incident_id,
    acted_links.article_id,
    acted_links.article_version
