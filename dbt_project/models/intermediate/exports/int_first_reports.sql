{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_incident_fingerprints'), ['incident_id']) }}"
    )
}}

-- depends_on: {{ ref('int_incident_fingerprints') }}
with

new_incidents as (

    {{ unbuilt(ref('int_incident_fingerprints'), ['incident_id']) }}

),

links as (

    select
        links.incident_id,
        links.incident_mention_id,
        links.article_id,
        links.article_version,
        new_incidents.fingerprint
    from {{ rows_of(ref('bridge_incident_mentions'), 'incident_id', 'new_incidents') }} as links
    inner join new_incidents using (incident_id)

),

mentions as{{ read_first() }} (

    select * from {{ rows_of_view(ref('int_corrected_incident_mentions'), 'article_id', 'links') }}

),

described as{{ read_first() }} (

    select * from {{ rows_of(ref('int_articles'), 'article_id', 'links') }}

)

select
    links.incident_id,
    links.article_id,
    links.article_version,
    mentions.sentence_index,
    mentions.trigger_text,
    mentions.trigger_start,
    mentions.trigger_end,
    -- The first words for the place, which the first report may leave out.
    first_value(mentions.location_text ignore nulls) over (
        partition by links.incident_id
        order by described.reading_order, mentions.trigger_start
        rows between unbounded preceding and unbounded following
    ) as location_text,
    links.fingerprint
from links
inner join mentions on links.incident_mention_id = mentions.incident_mention_id
inner join described
    on
        links.article_id = described.article_id
        and links.article_version = described.article_version
qualify row_number() over (
    partition by links.incident_id order by described.reading_order, mentions.trigger_start
) = 1
