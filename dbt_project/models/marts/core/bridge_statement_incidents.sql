with

links as (

    select * from {{ ref('int_statement_incidents') }}

)

select
    statement_id,
    incident_id,
    article_id,
    article_version,
    link_basis,
    link_rule
from links
