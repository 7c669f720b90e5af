{#-
    Incremental models follow fingerprints. Whatever is made of a key of `driver` is deleted and made anew when the key's
    fingerprint has changed, and deleted when the key is gone, which the driver remembers (see changes.sql): a re-read article that yields
    fewer rows, or none, leaves no ghosts. Keys stay changed until a run is complete, so a run that was cut off mends itself,
    and the result is that of a full refresh. No high-water mark: a late or back-dated load is a different set of keys, not an older one.
    Nothing else of the driver or of the model is looked at: DuckDB finds the rows of a few keys while it scans their column.

    `columns` are the model's own names for the key; a row with NULL there is made of none.
-#}
{% macro delete_changed(driver, key, columns=none) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where ({{ (columns or key) | join(', ') }}) in (
            select ({{ key | join(', ') }})
            from {{ driver }}
            where is_changed
        )
    {%- endif -%}
{%- endmacro %}

{#-
    The keys to be made, without those that are gone: many of them in slices, by the column `order` of the driver (see slices.sql). There is
    none where the rows of a key need those of keys elsewhere in that order.
-#}
{% macro changed(driver, key, order='reading_order') -%}
    select {{ key | join(', ') }}
    from {{ driver }}
    where
        fingerprint is not null
        {%- if is_incremental() %}
        and is_changed
        {%- endif %}
    {%- if order %}
    {{ slice_mark(driver, order) }}
    {%- endif %}
{%- endmacro %}

{#-
    The same for models that carry the fingerprint that each row was made from. Of a relation that does not say what is changed, `fingerprint`
    names the column that tells, and all its keys are compared with those that the model holds.
-#}
{% macro delete_outdated(driver, key, fingerprint='fingerprint') -%}
    {%- if fingerprint == 'fingerprint' -%}
        {{ delete_changed(driver, key) }}
    {%- elif is_incremental() -%}
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

{% macro unbuilt(driver, key, fingerprint='fingerprint', order='reading_order') -%}
    {%- if fingerprint == 'fingerprint' -%}
    {{ changed(driver, key + ['fingerprint'], order) }}
    {%- else -%}
    select
        {% for column in key -%}
        driver.{{ column }},
        {% endfor -%}
        driver.{{ fingerprint }}
    from {{ driver }} as driver
    {%- if is_incremental() %}
    where not exists (
        select 1
        from {{ this }} as built
        where
            {%- for column in key %}
            built.{{ column }} = driver.{{ column }} and
            {%- endfor %}
            built.{{ fingerprint }} = driver.{{ fingerprint }}
    )
    {%- endif %}
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
                or subject_id in (
                    select incidents.incident_id
                    from {{ incidents }} as incidents
                    where incidents.is_changed
                )
            )
    {%- endif -%}
{%- endmacro %}

{#-
    Deletes from rpt_daily_toll, the model, the rows of which every incident is changed or gone: those that another incident keeps are found by
    the model, which makes them anew.
-#}
{% macro delete_lost_tolls(incidents) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where rowid in (
            select tolls.position
            from (
                select
                    rowid as position,
                    unnest(incident_ids) as incident_id
                from {{ this }}
                where rowid in (
                    select changed.position
                    from (
                        select
                            rowid as position,
                            unnest(incident_ids) as incident_id
                        from {{ this }}
                    ) as changed
                    where changed.incident_id in (
                        select incidents.incident_id
                        from {{ incidents }} as incidents
                        where incidents.is_changed
                    )
                )
            ) as tolls
            left join {{ incidents }} as incidents
                on tolls.incident_id = incidents.incident_id and incidents.is_changed
            group by tolls.position
            having count(*) = count(incidents.incident_id)
        )
    {%- endif -%}
{%- endmacro %}

{#-
    Deletes the events that `incidents` (int_acled_events) touch from acled, the model: an event's id ends in that of one of the incidents
    that are, or were, in it.
-#}
{% macro delete_touched_acled_events(incidents) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where event_id_cnty[4:] in (
            select incidents.incident_id
            from {{ incidents }} as incidents
            where incidents.event_key in (
                select touched.event_key
                from {{ incidents }} as touched
                where touched.is_changed
            )
        )
    {%- endif -%}
{%- endmacro %}

{#-
    Deletes the pairs of which a partner carries a fingerprint that is changed or gone. Fingerprints are faster to look for than keys, and one
    column after the other: for OR, DuckDB has no filter while it scans.
-#}
{% macro delete_changed_pairs(driver) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where rowid in (
            {%- for partner in ('a', 'b') %}
            select rowid
            from {{ this }}
            where fingerprint_{{ partner }} in (
                {{ outdated_fingerprints(driver) }}
            )
            {{- ' union all' if not loop.last }}
            {%- endfor %}
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
