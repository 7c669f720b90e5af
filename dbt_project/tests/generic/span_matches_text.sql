{#-
    Fails for every row whose stored text is not what the article's body says at its offsets. `stems` names the spans:
    `claim` stands for claim_start, claim_end, claim_text; `char` for char_start, char_end, text.
-#}
{% test span_matches_text(model, stems) %}
with

rows_of_model as (

    select * from {{ model }}

),

articles as materialized (

    -- Bodies are long: only the blocks of the articles that are looked at are read.
    select
        article_id,
        article_version,
        body
    from {{ rows_of(source('raw', 'articles'), 'article_id', 'rows_of_model') }}

)

{% for stem in stems %}
    {%- set text = 'text' if stem == 'char' else stem ~ '_text' %}
    select
        rows_of_model.article_id,
        rows_of_model.article_version,
        '{{ stem }}' as stem,
        rows_of_model.{{ stem }}_start as span_start,
        rows_of_model.{{ stem }}_end as span_end,
        rows_of_model.{{ text }} as span_text
    from rows_of_model
    left join articles
        on
            rows_of_model.article_id = articles.article_id
            and rows_of_model.article_version = articles.article_version
    where
        (rows_of_model.{{ stem }}_start is not null or rows_of_model.{{ text }} is not null)
        and substring(
            articles.body,
            rows_of_model.{{ stem }}_start + 1,
            rows_of_model.{{ stem }}_end - rows_of_model.{{ stem }}_start
        ) is distinct from rows_of_model.{{ text }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
{% endtest %}
