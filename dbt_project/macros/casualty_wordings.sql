{#-
    The words behind a figure, for reports: one row per row of `figures`, a CTE with the columns of `key` and `casualty_ids`.

    Defines the CTE `wordings`. Where a figure is added up from several claims, their words stand one after the other, in
    the order of the text; the article and its link are those of the last one.
-#}
{% macro casualty_wordings(figures, key) -%}
figure_claims as (

    select
        {{ key | join(', ') }},
        unnest(casualty_ids) as casualty_id
    from {{ figures }}

),

gathered_words as (

    select
        {% for column in key %}figure_claims.{{ column }},
        {% endfor -%}
        arg_max(quotations.speaker_name, place) as speaker_name,
        arg_max(quotations.source_text, place) as source_text,
        list(quotations.claim_text order by place) as claim_texts,
        list(quotations.quotation order by place) as sentences,
        arg_max(quotations.publisher, place) as publisher,
        arg_max(quotations.title, place) as title,
        arg_max(quotations.url, place) as url,
        arg_max(quotations.article_id, place) as article_id,
        arg_max(quotations.article_version, place) as article_version
    from figure_claims
    inner join (
        select
            *,
            (known_at, article_id, claim_start) as place
        from {{ rows_of(ref('int_claim_quotations'), 'casualty_id', 'figure_claims') }}
    ) as quotations on figure_claims.casualty_id = quotations.casualty_id
    group by {% for column in key %}figure_claims.{{ column }}{{ ', ' if not loop.last }}{% endfor %}

),

wordings as (

    select
        * exclude (claim_texts, sentences),
        {{ said_once('claim_texts') }} as claim_text,
        {{ said_once('sentences') }} as quotation
    from gathered_words

)
{%- endmacro %}

{#- The texts of a list one after the other, each where it stands first. -#}
{% macro said_once(texts) -%}
    array_to_string(
        [said for said, place in {{ texts }} if list_position({{ texts }}, said) = place], ' | '
    )
{%- endmacro %}
