with

fingerprints as (

    select * from {{ ref('int_article_incident_fingerprints') }}

),

statement_groups as (

    select * from {{ ref('int_statement_groups') }}

),

links as (

    select
        article_id,
        article_version,
        list(
            struct_pack(s := statement_id, g := statement_group_id, r := link_rule, p := score)
            order by statement_id
        ) as statement_groups
    from statement_groups
    group by article_id, article_version

)

select
    fingerprints.article_id,
    fingerprints.article_version,
    hash(fingerprints.fingerprint, links.statement_groups) as fingerprint
from fingerprints
left join links
    on
        fingerprints.article_id = links.article_id
        and fingerprints.article_version = links.article_version
