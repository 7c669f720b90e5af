with

aliases as (

    select * from {{ ref('actor_aliases') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

unioned as (

    select
        alias,
        actor_id,
        alias_kind,
        valid_from,
        valid_to
    from aliases

    union all

    select
        name as alias,
        actor_id,
        'name' as alias_kind,
        valid_from,
        valid_to
    from actors

)

select
    {{ stable_id(["'alias'", 'actor_id', 'alias', "coalesce(valid_from::varchar, '')"]) }}
        as actor_alias_id,
    alias,
    actor_id,
    alias_kind,
    valid_from,
    valid_to
from unioned
qualify row_number() over (
    partition by actor_id, alias, valid_from order by alias_kind desc, valid_to asc nulls first
) = 1
