with

statements as (

    select * from {{ ref('fct_statements') }}

)

select *
from statements
where is_official and is_statement
