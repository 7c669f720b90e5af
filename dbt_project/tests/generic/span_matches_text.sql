{#-
    Fails for every row whose stored text is not what the article's body says at its offsets. `stems` names the spans:
    `claim` stands for claim_start, claim_end, claim_text; `char` for char_start, char_end, text. All spans of a row are
    compared in one join: a join a span would hold the bodies as often.
-#}
{% test span_matches_text(model, stems) %}
with

rows_of_model as (

    select * from {{ model }}

),

articles as{{ ' materialized' if tests_new_rows_only() }} (

    -- Bodies are long: where few rows are looked at, only the blocks of their articles are read.
    select
        article_id,
        article_version,
        body
    {%- if tests_new_rows_only() %}
    from {{ rows_of(source('raw', 'articles'), 'article_id', 'rows_of_model') }}
    {%- else %}
    from {{ source('raw', 'articles') }}
    {%- endif %}

),

spans as (

    select
        rows_of_model.article_id,
        rows_of_model.article_version,
        unnest([
            {%- for stem in stems %}
            {%- set text = 'text' if stem == 'char' else stem ~ '_text' %}
            {
                'stem': '{{ stem }}',
                'span_start': rows_of_model.{{ stem }}_start,
                'span_end': rows_of_model.{{ stem }}_end,
                'span_text': rows_of_model.{{ text }},
                'body_text': substring(
                    articles.body,
                    rows_of_model.{{ stem }}_start + 1,
                    rows_of_model.{{ stem }}_end - rows_of_model.{{ stem }}_start
                )
            }{{ ',' if not loop.last }}
            {%- endfor %}
        ], recursive := true)
    from rows_of_model
    left join articles
        on
            rows_of_model.article_id = articles.article_id
            and rows_of_model.article_version = articles.article_version

)

select *
from spans
where
    (span_start is not null or span_text is not null)
    and body_text is distinct from span_text
{% endtest %}
