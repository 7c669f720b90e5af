with

victim_categories as (

    select * from {{ ref('victim_categories') }}

)

select
    victim_category,
    name,
    ucdp_deaths_group,
    is_combatant,
    description
from victim_categories
