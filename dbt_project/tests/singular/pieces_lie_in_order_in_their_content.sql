{{ config(meta={'dagster': {'ref': {'name': 'fct_statement_contents'}}}) }}

-- The pieces of a statement lie one after the other, apart, inside its content.
with

contents as (

    select contents.*
    from {{ ref('fct_statement_contents') }} as contents
    where {{ is_made_anew('contents', ref('int_article_fingerprints'), ['article_id', 'article_version']) }}

),

statements as (

    select * from {{ ref('stg_statement_mentions') }}
    where statement_id in (select contents.statement_id from contents)

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
