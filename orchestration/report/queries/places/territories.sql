select
    claims.location_id as page_id,
    row_number() over (
        partition by claims.location_id
        order by claims.relation, actors.name, claims.valid_from, claims.territorial_claim_id
    ) as position,
    claims.relation,
    claims.is_partial,
    actors.name as subject,
    claimants.name as claimant,
    claims.valid_from,
    claims.valid_to
from marts.bridge_territorial_claims as claims
inner join marts.dim_actors as actors using (actor_id)
left join marts.dim_actors as claimants on claims.claimant_actor_id = claimants.actor_id
