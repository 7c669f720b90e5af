{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_article_fingerprints'), ['article_id', 'article_version']) }}"
    )
}}

-- depends_on: {{ ref('int_article_fingerprints') }}
with

new_articles as (

    {{ unbuilt(ref('int_article_fingerprints'), ['article_id', 'article_version']) }}

),

claims as{{ read_first() }} (

    select * from {{ rows_of(ref('int_claims'), 'fingerprint', 'new_articles') }}

),

articles as{{ read_first() }} (

    select * from {{ rows_of(ref('int_articles'), 'article_id', 'new_articles') }}

),

near_duplicates as{{ read_first() }} (

    select * from {{ rows_of(ref('int_near_duplicates'), 'article_id', 'new_articles') }}

),

actors as (

    select * from {{ ref('int_actors') }}

),

vague_quantities as (

    select
        lower(term) as term,
        min(acled_count) as acled_count
    from {{ ref('vague_quantities') }}
    group by lower(term)

),

voiced as (

    select
        claims.*,
        articles.published_at,
        articles.reading_order,
        articles.is_current as is_current_version,
        actors.party_id as claimed_by_party_id,
        coalesce(sides.party_id, claims.victim_side_actor_id) as victim_side_party_id,
        claims.attribution_kind = 'journalist' as is_journalist,
        -- A party speaks with one voice through all its bodies; a source without a name is a voice by its
        -- description; a reporter's own voice is the outlet that had the text first, so a copy adds no voice.
        case
            when claims.attribution_kind = 'journalist'
                then 'outlet:' || near_duplicates.first_source_id
            when claims.claimed_by_actor_id is not null
                then 'party:' || coalesce(actors.party_id, claims.claimed_by_actor_id)
            else
                'unnamed:' || coalesce(
                    nullif(
                        regexp_replace(
                            lower(trim(claims.claimed_by_name)), '^(the|a|an|some|two|three) ', ''
                        ),
                        ''
                    ),
                    'source'
                )
        end as voice_id,
        coalesce(vague_quantities.acled_count, claims.count_figure)::integer as acled_figure
    from claims
    inner join articles
        on
            claims.article_id = articles.article_id
            and claims.article_version = articles.article_version
    inner join near_duplicates on claims.article_id = near_duplicates.article_id
    left join actors on claims.claimed_by_actor_id = actors.actor_id
    left join actors as sides on claims.victim_side_actor_id = sides.actor_id
    left join vague_quantities
        on
            claims.count_kind = 'vague'
            and lower(claims.count_text) = vague_quantities.term

)

select
    voiced.*,
    voiced.is_countable
    and not voiced.is_part_of_article_total
    -- A voice that comes back to the same victims does not add to them.
    and coalesce(voiced.voice_id != repeated.voice_id, true) as is_summable
from voiced
left join voiced as repeated on voiced.same_victims_as = repeated.casualty_id
{{ oldest_first('voiced.published_at') }}
