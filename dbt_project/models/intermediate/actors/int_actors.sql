with

listed as (

    select * from {{ ref('actors') }}

),

states as (

    select * from {{ ref('states') }}

),

offices as (

    select * from {{ ref('state_offices') }}

),

listed_actors as (

    -- Whoever speaks and fights for a state has the number of that state, all others have none.
    select
        listed.actor_id,
        listed.name,
        listed.actor_kind,
        listed.party_id,
        listed.parent_actor_id,
        listed.country_iso3,
        coalesce(listed.gwno, states.gwno) as gwno,
        listed.acled_inter,
        listed.plover_country,
        listed.plover_sector,
        listed.valid_from,
        listed.valid_to
    from listed
    left join states on listed.party_id = states.iso3

),

state_actors as (

    select
        iso3 as actor_id,
        name,
        'state' as actor_kind,
        iso3 as party_id,
        null::varchar as parent_actor_id,
        iso3 as country_iso3,
        gwno,
        1 as acled_inter,
        iso3 as plover_country,
        'GOV' as plover_sector,
        null::date as valid_from,
        null::date as valid_to
    from states

),

office_actors as (

    select
        states.iso3 || '_' || offices.suffix as actor_id,
        replace(offices.name_pattern, '{state}', states.name) as name,
        offices.actor_kind,
        case offices.party
            when 'own' then states.iso3 || '_' || offices.suffix
            else states.iso3
        end as party_id,
        case when offices.party <> 'own' then states.iso3 end as parent_actor_id,
        states.iso3 as country_iso3,
        case when offices.party <> 'own' then states.gwno end as gwno,
        offices.acled_inter,
        states.iso3 as plover_country,
        offices.plover_sector,
        null::date as valid_from,
        null::date as valid_to
    from states
    cross join offices

),

unioned as (

    select
        *,
        1 as priority
    from listed_actors

    union all

    select
        *,
        2 as priority
    from state_actors

    union all

    select
        *,
        3 as priority
    from office_actors

)

-- A row that people list by hand wins over the one made by pattern.
select * exclude (priority)
from unioned
qualify row_number() over (partition by actor_id order by priority) = 1
