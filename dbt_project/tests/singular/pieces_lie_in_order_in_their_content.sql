{{ config(meta={'dagster': {'ref': {'name': 'fct_statement_contents'}}}) }}

-- The pieces of a statement lie one after the other, apart, inside its content.
with

contents as (

    select *
    from {{ made_anew(ref('fct_statement_contents'), ref('int_article_fingerprints'), 'article_id') }}

),

statements as (

    select * from {{ rows_of_view(ref('stg_statement_mentions'), 'article_id', 'contents') }}

),

neighbours as (

    select
        *,
        lag(char_end) over (partition by statement_id order by piece_index) as previous_end
    from contents

)

select
    neighbours.statement_id,
    neighbours.piece_index
from neighbours
left join statements on neighbours.statement_id = statements.statement_id
where
    not coalesce(
        neighbours.char_start >= coalesce(neighbours.previous_end, statements.content_start)
        and neighbours.char_end <= statements.content_end,
        false
    )
