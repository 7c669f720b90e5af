{#-
    What every voice says in total: rules 2 to 4 of "from claims to estimates".

    `claims` is the name of a CTE with the columns of int_voiced_claims, holding summable claims only; `scope` lists the columns
    that say of what the total is (an incident, an incident inside one article, an incident at one moment).
    Defines the CTE `voices`: one row per scope × harm_type × voice_id.

    Claims of one voice about one victim group in one sentence are disjoint ("two in the north, three in the south");
    otherwise the latest sentence about that group counts. A count of unspecified people is a total, unless the same
    article breaks its victims down beside it. The later published of total and groups wins; in one article, the total.
-#}
{% macro casualty_voices(claims, scope) -%}
{%- set scope = scope | join(', ') -%}
claims_with_reach as (

    select
        *,
        coalesce(
            is_total
            or victim_category = 'all'
            or (
                victim_category = 'unknown'
                and not bool_or(victim_category not in ('all', 'unknown')) over (
                    partition by {{ scope }}, harm_type, voice_id, article_id, article_version
                )
            ),
            false
        ) as covers_all
    from {{ claims }}

),

utterances as (

    select
        {{ scope }},
        harm_type,
        voice_id,
        is_journalist,
        covers_all,
        case when covers_all then '' else victim_category end as victim_group,
        case when covers_all then null else victim_side_party_id end as victim_side,
        article_id as said_in_article_id,
        reading_order,
        case when is_total then casualty_id else sentence_index::varchar end as utterance,
        sum(count_min)::integer as count_min,
        sum(count_figure)::integer as figure,
        sum(coalesce(count_max, count_figure))::integer as highest,
        sum(acled_figure)::integer as acled_figure,
        bool_or(count_max is null) as is_open,
        max(published_at) as published_at,
        max(claim_start) as position,
        arg_max(attribution_interest, claim_start) as interest,
        list(casualty_id order by casualty_id) as casualty_ids
    from claims_with_reach
    group by all

),

latest_utterances as (

    select *
    from utterances
    qualify row_number() over (
        partition by {{ scope }}, harm_type, voice_id, covers_all, victim_group, victim_side
        order by reading_order desc, position desc, utterance desc
    ) = 1

),

-- A group said without its side is the same group as with it, unless one article keeps them apart.
settled_utterances as (

    select * exclude (last_without_side, last_with_side)
    from (
        select
            *,
            max(reading_order) filter (where victim_side is null) over same_group
                as last_without_side,
            max(reading_order) filter (where victim_side is not null) over same_group
                as last_with_side
        from latest_utterances
        window same_group as (
            partition by {{ scope }}, harm_type, voice_id, covers_all, victim_group
        )
    ) as compared
    where
        covers_all
        or last_without_side is null
        or last_with_side is null
        or case
            when victim_side is null then reading_order >= last_with_side
            else last_without_side <= last_with_side
        end

),

sayings as (

    -- A voice's total and the sum of its groups, each with the place where it was last said.
    select
        {{ scope }},
        harm_type,
        voice_id,
        is_journalist,
        covers_all,
        sum(count_min)::integer as low,
        sum(figure)::integer as figure,
        sum(highest)::integer as high,
        sum(acled_figure)::integer as acled_figure,
        bool_or(is_open) as is_open,
        max(published_at) as said_at,
        max(reading_order) as reading_order,
        arg_max(position, (reading_order, position)) as position,
        arg_max(interest, (reading_order, position, victim_group)) as interest,
        list_sort(flatten(list(casualty_ids))) as casualty_ids,
    from settled_utterances
    group by all

),

carriers as (

    -- Every article that carries the voice, also where a later one replaced what it carried.
    select
        {{ scope }},
        harm_type,
        voice_id,
        list_sort(list_distinct(list(said_in_article_id))) as article_ids
    from utterances
    group by all

),

voices as (

    select
        sayings.* exclude (covers_all),
        sayings.covers_all as is_explicit_total,
        carriers.article_ids
    from sayings
    inner join carriers using ({{ scope }}, harm_type, voice_id)
    qualify row_number() over (
        partition by {{ scope }}, harm_type, voice_id
        order by sayings.said_at desc nulls last, sayings.covers_all desc
    ) = 1

)
{%- endmacro %}
