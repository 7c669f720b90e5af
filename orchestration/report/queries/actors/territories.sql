select
    claims.actor_id as page_id,
    row_number() over (
        partition by claims.actor_id
        order by claims.relation, locations.name, claims.valid_from, claims.territorial_claim_id
    ) as position,
    claims.relation,
    claims.is_partial,
    locations.name as subject,
    claimants.name as claimant,
    claims.valid_from,
    claims.valid_to
from marts.bridge_territorial_claims as claims
inner join marts.dim_locations as locations using (location_id)
left join marts.dim_actors as claimants on claims.claimant_actor_id = claimants.actor_id
