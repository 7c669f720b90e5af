with

claims as (

    select * from {{ ref('territorial_claims') }}

)

select
    {{ stable_id([
        "'territorial_claim'", 'location_id', 'actor_id', 'relation',
        "coalesce(claimant_actor_id, '')", "coalesce(valid_from::varchar, '')"
    ]) }} as territorial_claim_id,
    location_id,
    actor_id,
    relation,
    is_partial,
    claimant_actor_id,
    valid_from,
    valid_to
from claims
