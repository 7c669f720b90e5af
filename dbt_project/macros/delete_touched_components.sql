{#-
    Clusters grow inside components of linked units, and one component tells nothing to another. Before an incremental
    run, every component that gains, loses or changes a unit is deleted whole; what the model lacks then, it makes.

    `units` is a relation with `unit_id`, `fingerprint` and `link_key` (units that share one are linked; may be NULL), `pairs`
    one with `unit_a`, `unit_b`, `fingerprint_a`, `fingerprint_b`; `is_link` is the condition that makes a pair of it a link. The model
    itself holds `unit_id`, `fingerprint` and `component_id`. `driver` says which fingerprints are changed; without one, all
    units are compared with those that the model holds.
-#}
{% macro delete_touched_components(units, pairs, is_link, driver=none) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where component_id in (
            with

            new_units as (

                select
                    units.unit_id,
                    units.fingerprint,
                    units.link_key
                from {{ units }} as units
                where
                    {%- if driver %}
                    units.fingerprint in ({{ changed(driver, ['fingerprint']) }})
                    {%- else %}
                    not exists (
                        select 1
                        from {{ this }} as built
                        where built.unit_id = units.unit_id and built.fingerprint = units.fingerprint
                    )
                    {%- endif %}

            ),

            lost_units as (

                select built.component_id
                from {{ this }} as built
                where
                    {%- if driver %}
                    built.fingerprint in ({{ outdated_fingerprints(driver) }})
                    {%- else %}
                    not exists (
                        select 1
                        from {{ units }} as units
                        where units.unit_id = built.unit_id and units.fingerprint = built.fingerprint
                    )
                    {%- endif %}

            ),

            new_links as (

                -- A fingerprint, which the units of an article share, is found faster than a key.
                select pairs.unit_b as unit_id
                from {{ pairs }} as pairs
                where pairs.fingerprint_a in (select new_units.fingerprint from new_units) and {{ is_link }}

                union all

                select pairs.unit_a as unit_id
                from {{ pairs }} as pairs
                where pairs.fingerprint_b in (select new_units.fingerprint from new_units) and {{ is_link }}

            )

            select component_id from lost_units

            union

            select built.component_id
            from {{ this }} as built
            inner join new_links on built.unit_id = new_links.unit_id

            union

            select link_key from new_units where link_key is not null
        )
    {%- endif -%}
{%- endmacro %}
