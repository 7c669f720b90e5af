{#-
    The table macro `marts.casualty_estimates_as_of(moment, clock)` of the published database: fct_casualty_estimates as
    it stood at `moment`, by the same rules. With the clock 'ledger' (the default) from the article versions that had been
    taken in by then and neither replaced nor withdrawn; with 'world' from those that had been published by then, whenever
    they were taken in. The incidents are those of today's clustering. For a post-hook of fct_counted_claims, which it reads.
-#}
{% macro create_casualty_estimates_as_of() -%}
create or replace macro marts.casualty_estimates_as_of(moment, clock := 'ledger') as table (

with

claims as (

    select *
    from {{ this.include(database=false) }}
    where case clock
        when 'ledger' then
            ingested_at <= cast(moment as timestamptz)
            and coalesce(replaced_at > cast(moment as timestamptz), true)
        when 'world' then
            withdrawn_at is null
            and known_at <= cast(moment as timestamptz)
            and coalesce(outdated_at > cast(moment as timestamptz), true)
        else error('clock is ''ledger'' or ''world''')
    end

),

{{ casualty_voices('claims', ['incident_id']) }},

{{ casualty_estimates('voices', ['incident_id']) }}

select
    incident_id,
    harm_type,
    rule,
    low,
    best,
    high,
    is_high_open,
    best_basis,
    voice_count,
    article_count,
    is_disputed,
    casualty_ids
from estimates

);

comment on macro table marts.casualty_estimates_as_of is
'fct_casualty_estimates as of a moment: by what had been taken in (clock ''ledger'') or published (clock ''world'').'
{%- endmacro %}
