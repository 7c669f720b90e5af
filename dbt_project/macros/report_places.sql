{#-
    The place of an incident mention, by which it is found again when the article is read anew or its text has changed around
    it: the sentence's words, as a key, and the offset of the trigger in the sentence. Both are columns of a select that
    joins `mentions`, `sentences` and `articles`.
-#}
{% macro sentence_key() -%}
    {{ stable_id([
        "'sentence'",
        "substring(articles.body, sentences.char_start + 1, sentences.char_end - sentences.char_start)"
    ]) }}
{%- endmacro %}

{% macro trigger_offset() -%}
    mentions.trigger_start - sentences.char_start
{%- endmacro %}

{#- The moment of this run of dbt, which dates what the run finds to have changed. -#}
{% macro run_moment() -%}
    '{{ run_started_at }}'::timestamptz
{%- endmacro %}
