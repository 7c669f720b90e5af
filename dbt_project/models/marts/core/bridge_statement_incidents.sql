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

links as (

    select * from {{ rows_of(ref('int_statement_incidents'), 'fingerprint', 'new_articles') }}

)

select
    statement_id,
    incident_id,
    article_id,
    article_version,
    link_basis,
    link_rule,
    fingerprint
from links
