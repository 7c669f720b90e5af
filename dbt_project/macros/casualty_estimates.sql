{#-
    Low, best and high of every estimation rule: rules 5 and 6 of "from claims to estimates".

    `voices` is the name of a CTE as `casualty_voices` defines it, `scope` the same columns. Defines the CTE `estimates`:
    one row per scope × harm_type × rule. The rules are described in seeds/reference/estimation_rules.csv.
-#}
{% macro casualty_estimates(voices, scope) -%}
{%- set ranked_scope = 'ranked_voices.' ~ scope | join(', ranked_voices.') -%}
{%- set scope = scope | join(', ') -%}
ranked_voices as (

    select
        *,
        -- The outlets' own voices count only where nobody else speaks.
        not is_journalist
        or bool_and(is_journalist) over (partition by {{ scope }}, harm_type) as is_heard,
        row_number() over (
            partition by {{ scope }}, harm_type order by reading_order, position, voice_id
        ) as said_order
    from {{ voices }}

),

rule_voices as (

    select
        rules.rule,
        ranked_voices.*,
        ranked_voices.interest != 'enemy_losses'
        or bool_and(ranked_voices.interest = 'enemy_losses') over (
            partition by rules.rule, {{ ranked_scope }}, ranked_voices.harm_type
        ) as is_disinterested
    from ranked_voices
    cross join (
        values ('default'), ('ucdp'), ('acled_conservative'), ('min_max')
    ) as rules (rule)
    where ranked_voices.is_heard or rules.rule = 'min_max'

),

figures as (

    select
        {{ scope }},
        harm_type,
        rule,
        min(low) as lowest,
        max(high) as highest,
        min(low) filter (where is_disinterested) as lowest_disinterested,
        min(acled_figure) as lowest_acled,
        floor(median(figure))::integer as middle,
        floor(median(figure) filter (where is_disinterested))::integer as middle_disinterested,
        arg_max(figure, said_order) filter (
            where interest in ('neutral', 'third_party')
        ) as latest_neutral,
        arg_max(figure, said_order) filter (
            where interest = 'own_losses'
        ) as latest_own_losses,
        bool_or(is_open) as is_high_open,
        count(*)::integer as voice_count,
        len(list_distinct(flatten(list(article_ids))))::integer as article_count,
        -- Two voices contradict each other when no number satisfies both.
        max(low) > min(case when not is_open then high end) as is_disputed,
        list_sort(flatten(list(casualty_ids))) as casualty_ids
    from rule_voices
    group by all

),

estimates as (

    select
        {{ scope }},
        harm_type,
        rule,
        case rule
            when 'acled_conservative' then lowest_acled
            when 'ucdp' then lowest_disinterested
            else lowest
        end as low,
        case
            when rule = 'acled_conservative' then lowest_acled
            when rule = 'min_max' then middle
            else coalesce(
                latest_neutral,
                latest_own_losses,
                case when rule = 'ucdp' then middle_disinterested else middle end
            )
        end as best,
        case rule when 'acled_conservative' then lowest_acled else highest end as high,
        is_high_open,
        case
            when rule = 'acled_conservative' then 'lowest_figure'
            when rule = 'min_max' then 'median_of_voices'
            when latest_neutral is not null then 'latest_neutral'
            when latest_own_losses is not null then 'latest_own_losses'
            else 'median_of_voices'
        end as best_basis,
        voice_count,
        article_count,
        coalesce(is_disputed, false) as is_disputed,
        casualty_ids
    from figures

)
{%- endmacro %}
