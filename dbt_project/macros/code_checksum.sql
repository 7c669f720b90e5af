{#-
    A checksum of the code that rows are made with: of the text of every model, and of the macros of this project that models call, or
    that those call in turn. What the models do not call, as the tests and the hooks, is no part of it.
-#}
{% macro code_checksum() -%}
    {%- set parts, calls, seen = [], [], [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
            {%- do parts.append(node.name ~ ':' ~ node.checksum.checksum) -%}
            {%- do calls.extend(node.depends_on.macros) -%}
        {%- endfor -%}
        {#- The list grows while it is walked through. -#}
        {%- for call in calls if call.split('.')[1] == project_name and call not in seen -%}
            {%- set macro = context[call.split('.')[2]].macro -%}
            {%- do seen.append(call) -%}
            {%- do parts.append(call ~ ':' ~ local_md5(macro.macro_sql)) -%}
            {%- do calls.extend(macro.depends_on.macros) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(local_md5(parts | sort | join(' '))) }}
{%- endmacro %}
