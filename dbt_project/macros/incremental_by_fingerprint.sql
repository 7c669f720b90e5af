{#-
    Incremental models follow fingerprints. Every row carries that of what it was made from; a row stays only while
    `driver` still holds its key with the same fingerprint, everything else is deleted before the new rows are appended.
    So a re-read article that yields fewer rows, or none, leaves no ghosts, a run that was cut off mends itself, and the
    result is that of a full refresh. Only what the last complete run did not have is looked for (`is_changed`, see changes.sql): many
    keys never have a row, as incidents without a toll. No high-water mark: a late or back-dated load is a different set of keys, not an older one.
-#}
{% macro delete_outdated(driver, key, fingerprint='fingerprint') -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where not exists (
            select 1
            from {{ driver }} as driver
            where
                {%- for column in key %}
                driver.{{ column }} = {{ this.identifier }}.{{ column }} and
                {%- endfor %}
                driver.{{ fingerprint }} = {{ this.identifier }}.{{ fingerprint }}
        )
    {%- endif -%}
{%- endmacro %}

{#- The keys of `driver` that an incremental model does not hold yet, with their fingerprints. -#}
{% macro unbuilt(driver, key, fingerprint='fingerprint') -%}
    select
        {% for column in key -%}
        driver.{{ column }},
        {% endfor -%}
        driver.{{ fingerprint }}
    from {{ driver }} as driver
    {%- if is_incremental() %}
    where
        {%- if fingerprint == 'fingerprint' %}
        driver.is_changed and
        {%- endif %}
        not exists (
            select 1
            from {{ this }} as built
            where
                {%- for column in key %}
                built.{{ column }} = driver.{{ column }} and
                {%- endfor %}
                built.{{ fingerprint }} = driver.{{ fingerprint }}
        )
    {%- endif %}
{%- endmacro %}

{#-
    The same for models whose columns are those of others and leave no room for a fingerprint: deletes the rows of keys that are
    changed or gone (`columns` are the model's own names for them; NULL names no key), and gives the keys to be made.
-#}
{% macro delete_changed(driver, key, columns=none) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where
            {%- for column in columns or key %}
            {{ column }} is not null and
            {%- endfor %}
            not exists (
                select 1
                from {{ driver }} as driver
                where
                    not driver.is_changed
                    {%- for column in key %}
                    and driver.{{ column }} = {{ this.identifier }}.{{ (columns or key)[loop.index0] }}
                    {%- endfor %}
            )
    {%- endif -%}
{%- endmacro %}

{% macro changed(driver, key) -%}
    select {{ key | join(', ') }}
    from {{ driver }}
    {%- if is_incremental() %}
    where is_changed
    {%- endif %}
{%- endmacro %}

{#- Deletes what rpt_data_quality, the model, holds of documents, and of incidents that are changed or gone. -#}
{% macro delete_issues_of_no_article(incidents) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where
            article_id is null
            and (
                issue_type = 'rejected_document'
                or subject_id not in (
                    select incidents.incident_id
                    from {{ incidents }} as incidents
                    where not incidents.is_changed
                )
            )
    {%- endif -%}
{%- endmacro %}

{#- Deletes the pairs of which a partner is gone or has changed; everything that was compared stands in a pair with itself. -#}
{% macro delete_outdated_pairs(driver, key, partner) -%}
    {%- if is_incremental() -%}
        {%- set outdated %}
            select built.{{ partner }}_a
            from {{ this }} as built
            where
                built.{{ partner }}_a = built.{{ partner }}_b
                and not exists (
                    select 1
                    from {{ driver }} as driver
                    where driver.{{ key }} = built.{{ partner }}_a and driver.fingerprint = built.fingerprint_a
                )
        {%- endset -%}
        delete from {{ this }}
        where
            {{ partner }}_a in ({{ outdated }}
            )
            or {{ partner }}_b in ({{ outdated }}
            )
    {%- endif -%}
{%- endmacro %}
