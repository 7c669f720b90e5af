with seen as (
    select perpetrator_actor_id as actor_id from shown_incidents
    union
    select target_actor_id from shown_incidents
    union
    select speaker_actor_id from shown_statements
    union
    select organisation_actor_id from shown_statements
    union
    select speaker_party_id from shown_statements
    union
    select claimed_by_actor_id from marts.fct_casualties where is_current_version
    union
    select claimed_by_party_id from marts.fct_casualties where is_current_version
    union
    select victim_side_actor_id from marts.fct_casualties where is_current_version
    union
    select participants.actor_id
    from staging.incident_participants as participants
    inner join shown_articles using (article_id, article_version)
    union
    select mentions.actor_id
    from staging.entity_mentions as mentions
    inner join shown_articles using (article_id, article_version)
),

-- The bodies and parties of who is seen have pages too.
shown as (
    select actors.actor_id
    from marts.dim_actors as actors
    semi join seen using (actor_id)
    union
    select actors.parent_actor_id
    from marts.dim_actors as actors
    semi join seen using (actor_id)
    union
    select actors.party_id
    from marts.dim_actors as actors
    semi join seen using (actor_id)
),

aliases as (
    select actor_id, list(distinct alias order by alias) as aliases
    from marts.dim_actor_aliases
    group by actor_id
)

select
    actors.actor_id as page_id,
    1 as position,
    actors.name,
    actors.actor_kind,
    actors.party_id,
    parties.name as party_name,
    actors.parent_actor_id,
    parents.name as parent_name,
    countries.country,
    actors.valid_from,
    actors.valid_to,
    actors.is_statehood_disputed,
    coalesce(aliases.aliases, []) as aliases
from marts.dim_actors as actors
semi join shown using (actor_id)
left join marts.dim_actors as parties on actors.party_id = parties.actor_id
left join marts.dim_actors as parents on actors.parent_actor_id = parents.actor_id
left join country_names as countries on actors.country_iso3 = countries.country_iso3
left join aliases on actors.actor_id = aliases.actor_id
