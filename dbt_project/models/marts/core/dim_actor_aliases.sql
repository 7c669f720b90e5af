with

aliases as (

    select * from {{ ref('actor_aliases') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

unlisted_names as (

    select
        actors.name as alias,
        actors.actor_id
    from actors
    left join aliases
        on actors.actor_id = aliases.actor_id and lower(actors.name) = lower(aliases.alias)
    where aliases.actor_id is null

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
        alias,
        actor_id,
        'name' as alias_kind,
        null as valid_from,
        null as valid_to
    from unlisted_names

),

shared as (

    -- An acronym is read only as it is written: "JEM" is not "JeM".
    select distinct
        one.alias,
        one.actor_id,
        one.valid_from
    from unioned as one
    inner join unioned as other
        on
            lower(one.alias) = lower(other.alias)
            and (
                one.alias = other.alias
                or (one.alias_kind <> 'acronym' and other.alias_kind <> 'acronym')
            )
            and one.actor_id <> other.actor_id
            and coalesce(one.valid_from <= other.valid_to, true)
            and coalesce(one.valid_to >= other.valid_from, true)

)

select
    {{ stable_id([
        "'alias'", 'unioned.actor_id', 'unioned.alias',
        "coalesce(unioned.valid_from::varchar, '')"
    ]) }} as actor_alias_id,
    unioned.alias,
    unioned.actor_id,
    unioned.alias_kind,
    unioned.valid_from,
    unioned.valid_to,
    shared.actor_id is not null as is_ambiguous
from unioned
left join shared
    on
        unioned.alias = shared.alias
        and unioned.actor_id = shared.actor_id
        and unioned.valid_from is not distinct from shared.valid_from
