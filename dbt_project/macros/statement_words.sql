{#-
    The words of a text that tell what it is about: nouns, verbs and names, numbers too, but no word of grammar or of
    reporting. `words` is a list of lower-case words. Each stands as the hash of its first six letters without endings: numbers are read and
    compared several times faster than texts.
-#}
{% macro content_stems(words) -%}
    {%- set grammar = (
        'about above after again against ahead along also although among another around because been before began'
        ' being below between both came come could didn does doing done down during each else even ever every from'
        ' gave give given going gone have having hers here herself himself into itself just keep kept know last less'
        ' like made make many might more most much must myself need never next none once only onto other others ours'
        ' over part said same says seem several shall should since some such take taken than that their them'
        ' themselves then there these they thing things this those though through time today took toward towards'
        ' under until upon used very want wants well went were what when where whether which while will with within'
        ' without would year years your yours'
    ).split() -%}
    list_distinct([
        hash(left(regexp_replace(word, '^(.{3,}?)(ings?|e[ds]?|s)$', '\1'), 6))
        for word in {{ words }}
        if len(word) >= 4 and word not in ('{{ grammar | join("', '") }}') or word similar to '[0-9]+'
    ])
{%- endmacro %}

{#- The numbers among the words, as digits; `one` is left out, it is a pronoun as often. -#}
{% macro figures(words) -%}
    {%- set numbers = {
        'two': 2, 'three': 3, 'four': 4, 'five': 5, 'six': 6, 'seven': 7, 'eight': 8, 'nine': 9, 'ten': 10,
        'eleven': 11, 'twelve': 12, 'dozen': 12, 'fifteen': 15, 'twenty': 20, 'thirty': 30, 'forty': 40, 'fifty': 50
    } -%}
    list_distinct([
        {{ number_case('word', numbers) }}
        for word in {{ words }}
        if word similar to '[0-9]+' or word in ('{{ numbers | join("', '") }}')
    ])
{%- endmacro %}

{% macro number_case(word, numbers) -%}
    case {{ word }}
        {%- for text, value in numbers.items() %} when '{{ text }}' then '{{ value }}'{% endfor %}
        else ltrim({{ word }}, '0')
    end
{%- endmacro %}
