with

statements as (

    select * from {{ ref('stg_statement_mentions') }}

),

mentions as (

    select * from {{ ref('stg_incident_mentions') }}

),

casualties as (

    select * from {{ ref('stg_casualty_mentions') }}

),

clusters as (

    select * from {{ ref('int_incident_clusters') }}

),

links as (

    select
        article_id,
        article_version,
        statement_id,
        about_article_incident_id as article_incident_id,
        1 as basis_rank
    from statements
    where about_article_incident_id is not null

    union all

    select
        article_id,
        article_version,
        asserted_by_statement_id as statement_id,
        article_incident_id,
        2 as basis_rank
    from mentions
    where asserted_by_statement_id is not null

    union all

    select
        casualties.article_id,
        casualties.article_version,
        casualties.statement_id,
        mentions.article_incident_id,
        3 as basis_rank
    from casualties
    inner join mentions on casualties.incident_mention_id = mentions.incident_mention_id
    where casualties.statement_id is not null

)

select
    links.statement_id,
    clusters.incident_id,
    links.article_id,
    links.article_version,
    case min(links.basis_rank)
        when 1 then 'about'
        when 2 then 'asserts_mention'
        else 'asserts_casualties'
    end as link_basis
from links
inner join clusters
    on
        links.article_id = clusters.article_id
        and links.article_version = clusters.article_version
        and links.article_incident_id = clusters.article_incident_id
group by links.statement_id, clusters.incident_id, links.article_id, links.article_version
