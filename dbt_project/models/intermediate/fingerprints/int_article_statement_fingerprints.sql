with

fingerprints as (

    select * from {{ ref('int_article_incident_fingerprints') }}
    where fingerprint is not null

),

statement_groups as (

    select * from {{ ref('int_statement_groups') }}

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

)

{{ with_changes('fingerprinted', ['article_id', 'article_version']) }}
