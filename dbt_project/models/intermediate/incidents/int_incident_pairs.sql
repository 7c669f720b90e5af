{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_changed_pairs(ref('int_article_fingerprints')) }}"
    )
}}

-- depends_on: {{ ref('int_article_fingerprints') }}

{% set countable_levels = "('atomic', 'group')" %}
{% set longest_days = 31 %}

with

units as not materialized (

    -- Each use reads only the rows and columns it needs of the whole table.
    select * from {{ ref('int_incident_units') }}
    where level in {{ countable_levels }}

),

mentions as not materialized (

    select * from {{ ref('int_corrected_incident_mentions') }}

),

names as (

    select * from {{ ref('int_incident_names') }}

),

overrides as (

    select * from {{ ref('int_decided_mention_pairs') }}

),

new_units as (

    select unit_id
    from units
    where fingerprint in ({{ changed(ref('int_article_fingerprints'), ['fingerprint'], order=none) }})

),

sliced_units as (

    -- New units, or one slice of them.
    select *
    from units
    where fingerprint in ({{ changed(ref('int_article_fingerprints'), ['fingerprint']) }})

),

near_starts as (

    -- When what shares a day with these units may have begun.
    select distinct
        unnest(
            generate_series(date_start - ({{ longest_days }} + 2), date_end + 2, interval 1 day)
        )::date as date_start
    from sliced_units
    where date_end - date_start <= {{ longest_days }}

),

unit_days as (

    -- One row per day of the interval, a day wider on each side: units that share one lie within two days.
    select
        unit_id,
        article_id,
        level,
        family,
        country_iso3,
        killed,
        is_main,
        date_precision,
        date_start,
        date_end,
        location_id,
        location_precision,
        latitude,
        longitude,
        unit_id in (select new_units.unit_id from new_units) as is_new,
        unit_id in (select sliced_units.unit_id from sliced_units) as is_sliced,
        unnest(
            generate_series(date_start - 1, date_end + 1, interval 1 day)
        )::date as day
    from units
    where
        date_end - date_start <= {{ longest_days }}
        and date_start in (select near_starts.date_start from near_starts)

),

sliced_unit_days as (

    select * from unit_days
    where is_sliced

),

blocked_pairs as (

    -- Much is told of one country on one day: most of it is left out here, where a row is narrow and a
    -- pair comes once, on the first day that both share. What may lift a veto is looked for by itself, in
    -- place_pairs and named_pairs.
    select
        least(days_a.unit_id, days_b.unit_id) as unit_a,
        greatest(days_a.unit_id, days_b.unit_id) as unit_b
    from sliced_unit_days as days_a
    inner join unit_days as days_b
        on
            days_a.day = days_b.day
            and days_a.family = days_b.family
            and days_a.country_iso3 = days_b.country_iso3
    where
        days_a.article_id != days_b.article_id
        and days_a.day = greatest(days_a.date_start, days_b.date_start) - 1
        and (days_a.unit_id < days_b.unit_id or not days_b.is_new)
        and not {{ are_of_other_days('days_a', 'days_b') }}
        and not {{ are_of_other_places('days_a', 'days_b') }}

),

near_days as (

    select unit_days.*
    from unit_days
    semi join sliced_unit_days using (day, family, country_iso3)
    where unit_days.is_main

),

named_days as (

    select
        near_days.*,
        unnest(units.named_location_ids) as named_location_id
    from near_days
    inner join units on near_days.unit_id = units.unit_id

),

place_pairs as (

    -- Two articles are about them, and one names the place of the other: neither may be known as exactly
    -- as it seems.
    select
        least(days_a.unit_id, days_b.unit_id) as unit_a,
        greatest(days_a.unit_id, days_b.unit_id) as unit_b
    from named_days as days_a
    inner join near_days as days_b
        on
            days_a.named_location_id = days_b.location_id
            and days_a.day = days_b.day
            and days_a.family = days_b.family
            and days_a.country_iso3 = days_b.country_iso3
    where
        (days_a.is_sliced or days_b.is_sliced)
        and days_a.article_id != days_b.article_id
        and days_a.day = greatest(days_a.date_start, days_b.date_start) - 1
        and not {{ are_of_other_days('days_a', 'days_b') }}

),

placeless_pairs as (

    -- Without a country the toll is the only thing that can tell incidents of one day apart.
    select
        least(days_a.unit_id, days_b.unit_id) as unit_a,
        greatest(days_a.unit_id, days_b.unit_id) as unit_b
    from sliced_unit_days as days_a
    inner join unit_days as days_b
        on
            days_a.day = days_b.day
            and days_a.level = days_b.level
            and days_a.family = days_b.family
            and days_a.killed = days_b.killed
            and days_a.unit_id != days_b.unit_id
    where (days_a.country_iso3 is null or days_b.country_iso3 is null) and days_a.killed >= 2
    group by unit_a, unit_b

),

copied_pairs as (

    -- Copies of one text tell of the same incidents, dated or not.
    select distinct
        least(units_a.unit_id, units_b.unit_id) as unit_a,
        greatest(units_a.unit_id, units_b.unit_id) as unit_b
    from sliced_units as units_a
    inner join units as units_b
        on
            units_a.near_duplicate_group_id = units_b.near_duplicate_group_id
            and units_a.level = units_b.level
            and units_a.family = units_b.family
            and units_a.unit_id != units_b.unit_id

),

named_pairs as (

    -- A private person named in both, however far apart the texts date what happened: trials come
    -- months later.
    select distinct
        least(names_a.unit_id, names_b.unit_id) as unit_a,
        greatest(names_a.unit_id, names_b.unit_id) as unit_b
    from sliced_units
    inner join names as names_a on sliced_units.unit_id = names_a.unit_id
    inner join names as names_b
        on
            names_a.person_name = names_b.person_name
            and names_a.unit_id != names_b.unit_id
    where names_a.is_aged or names_b.is_aged

),

decided_pairs as (

    select
        least(units_a.unit_id, units_b.unit_id) as unit_a,
        greatest(units_a.unit_id, units_b.unit_id) as unit_b,
        bool_or(overrides.decision = 'different') as is_decided_different
    from overrides
    inner join mentions as mentions_a
        on overrides.incident_mention_id_a = mentions_a.incident_mention_id
    inner join mentions as mentions_b
        on overrides.incident_mention_id_b = mentions_b.incident_mention_id
    inner join units as units_a
        on
            mentions_a.article_id = units_a.article_id
            and mentions_a.article_version = units_a.article_version
            and mentions_a.article_incident_id = units_a.article_incident_id
    inner join units as units_b
        on
            mentions_b.article_id = units_b.article_id
            and mentions_b.article_version = units_b.article_version
            and mentions_b.article_incident_id = units_b.article_incident_id
    where
        units_a.unit_id != units_b.unit_id
        and (
            units_a.unit_id in (select sliced_units.unit_id from sliced_units)
            or units_b.unit_id in (select sliced_units.unit_id from sliced_units)
        )
    group by all

),

found_pairs as (

    select
        unit_a,
        unit_b
    from blocked_pairs

    union

    select
        unit_a,
        unit_b
    from place_pairs

    union

    select
        unit_a,
        unit_b
    from placeless_pairs

    union

    select
        unit_a,
        unit_b
    from copied_pairs

    union

    select
        unit_a,
        unit_b
    from named_pairs

    union

    select
        unit_a,
        unit_b
    from decided_pairs

),

candidate_pairs as (

    {{ pairs_of_slice('found_pairs', 'sliced_units', 'new_units') }}

),

candidates as (

    select unit_a as unit_id from candidate_pairs

    union

    select unit_b as unit_id from candidate_pairs

),

candidate_units as (

    select * from {{ rows_of(ref('int_incident_units'), 'unit_id', 'candidates') }}

),

sketches as{{ read_first() }} (

    select * from {{ rows_of(ref('int_article_sketches'), 'article_id', 'candidate_units') }}

),

article_runs as (

    select
        article_id,
        article_version,
        unnest(sketch) as run
    from sketches

),

shared_runs as (

    -- Most runs stand in one article, which is found far sooner here than pair by pair.
    select run
    from article_runs
    group by run
    having count(*) > 1

),

told_runs as (

    select
        article_id,
        article_version,
        list(run) as runs
    from article_runs
    where run in (select shared_runs.run from shared_runs)
    group by article_id, article_version

),

unit_names as (

    select
        unit_id,
        list(person_name) as person_names,
        list(person_name) filter (where is_aged) as private_names,
        list(person_name) filter (where is_near) as near_names
    from {{ rows_of(ref('int_incident_names'), 'unit_id', 'candidates') }}
    group by unit_id

),

compared_units as (

    select
        candidate_units.*,
        case
            when
                candidate_units.date_precision = 2
                and candidate_units.date_start = candidate_units.date_end
                then candidate_units.date_start - 2
            else candidate_units.date_start
        end as earliest_date,
        told_runs.runs,
        unit_names.person_names,
        unit_names.private_names,
        unit_names.near_names
    from candidate_units
    left join told_runs
        on
            candidate_units.article_id = told_runs.article_id
            and candidate_units.article_version = told_runs.article_version
    left join unit_names on candidate_units.unit_id = unit_names.unit_id

),

compared_pairs as (

    select
        candidate_pairs.unit_a,
        candidate_pairs.unit_b,
        a.fingerprint as fingerprint_a,
        b.fingerprint as fingerprint_b,
        a.article_id = b.article_id as is_same_article,
        a.is_main and b.is_main as is_main_of_both,
        a.is_main != b.is_main as is_main_of_one,
        a.level != b.level as is_other_level,
        coalesce(a.country_iso3 != b.country_iso3, false) as is_other_country,
        a.near_duplicate_group_id = b.near_duplicate_group_id as is_copy,
        a.incident_type = b.incident_type as is_same_type,
        coalesce(
            a.incident_type = b.broader_type or a.broader_type = b.incident_type, false
        ) as is_broader_type,
        -- An attack on civilians names the aim, a kind of weapon the means: both may be true.
        'attack_on_civilians' in (a.incident_type, b.incident_type)
        and 'armed_clash' not in (a.incident_type, b.incident_type) as is_aim_of_other,
        a.location_id = b.location_id as is_same_place,
        a.admin1 = b.admin1 as is_same_admin1,
        {{ place_precision('a', 'b') }} as place_precision,
        {{ distance_km('a.latitude', 'a.longitude', 'b.latitude', 'b.longitude') }} as distance,
        {{ are_of_other_places('a', 'b') }} as is_far,
        a.location_id is null or b.location_id is null as is_place_unknown,
        len(list_intersect(a.place_names, b.place_names)) as places_shared,
        coalesce(
            list_contains(a.named_location_ids, b.location_id)
            or list_contains(b.named_location_ids, a.location_id),
            false
        ) as is_place_named_by_other,
        -- Most share none, which is found twice as fast.
        case
            when list_has_any(a.runs, b.runs) then len(list_intersect(a.runs, b.runs))
            else 0
        end as runs_shared,
        a.date_precision = 1 and b.date_precision = 1 as is_exactly_dated,
        a.date_start is null or b.date_start is null as is_date_unknown,
        {{ are_of_other_days('a', 'b') }} as is_other_day,
        a.date_start <= b.date_end and b.date_start <= a.date_end as is_overlapping,
        -- A day taken from the report's is the latest it can have been.
        a.earliest_date <= b.date_end and b.earliest_date <= a.date_end as is_maybe_overlapping,
        -- The toll told first, then the later one: tolls rise, and seldom fall.
        case when a.unit_order <= b.unit_order then a.killed else b.killed end as killed_a,
        case when a.unit_order <= b.unit_order then b.killed else a.killed end as killed_b,
        a.wounded as wounded_a,
        b.wounded as wounded_b,
        a.taken as taken_a,
        b.taken as taken_b,
        list_has_any(a.victim_categories, b.victim_categories) as is_same_category,
        a.weapon = b.weapon as is_same_weapon,
        list_has_any(a.perpetrator_parties, b.perpetrator_parties) as is_same_perpetrator,
        list_has_any(a.target_parties, b.target_parties) as is_same_target,
        list_intersect(a.person_names, b.person_names) as shared_names,
        list_intersect(a.near_names, b.near_names) as shared_near_names,
        list_concat(a.private_names, b.private_names) as private_names,
        decided_pairs.is_decided_different
    from candidate_pairs
    inner join compared_units as a on candidate_pairs.unit_a = a.unit_id
    inner join compared_units as b on candidate_pairs.unit_b = b.unit_id
    left join decided_pairs
        on
            candidate_pairs.unit_a = decided_pairs.unit_a
            and candidate_pairs.unit_b = decided_pairs.unit_b

),

counted_pairs as (

    select
        *,
        coalesce(len(shared_names), 0) as persons_shared,
        coalesce(len(list_intersect(shared_names, private_names)), 0) as private_persons_shared,
        coalesce(len(list_intersect(shared_near_names, private_names)), 0)
            as near_persons_shared,
        coalesce(is_maybe_overlapping and place_precision <= 3, false) as is_day_and_place_near,
        is_other_country
        or (
            is_far
            and coalesce(
                not (is_main_of_both and is_place_named_by_other and places_shared >= 2), false
            )
        ) as is_other_place
    from compared_pairs

),

judged_pairs as (

    select
        *,
        -- Inside one article the reader of the text has linked already: what it kept apart stays apart.
        -- Day and place may be misread: a private person whom both name outweighs one of them that
        -- differs, two such persons, or one named beside the incident, outweigh two.
        is_same_article
        or is_other_day::integer + is_other_place::integer
        > private_persons_shared + near_persons_shared as is_vetoed,
        case
            when is_place_unknown then -1.5
            when is_same_place and place_precision <= 2 then 3.0
            when is_same_place and place_precision <= 4 then 1.0
            when is_same_place then 0.0
            when place_precision <= 2 and distance <= 5 then 2.5
            when place_precision <= 2 and distance <= 25 then 1.0
            when place_precision <= 2 and is_place_named_by_other then -1.5
            when place_precision <= 2 then -2.0
            when place_precision >= 5 then 0.0
            when distance > case place_precision when 3 then 100 else 400 end then -2.0
            when is_same_admin1 then 1.0
            else 0.0
        end as place_points,
        case
            when is_date_unknown then 0.0
            when is_exactly_dated then 2.0
            when is_overlapping then 1.0
            when is_maybe_overlapping then 0.5
            else -1.0
        end as date_points,
        case
            when is_same_type then 1.0
            when is_broader_type then 0.5
            when is_aim_of_other then 0.0
            else -1.0
        end
        - is_other_level::integer as type_points,
        case
            when killed_a = killed_b and killed_a >= 2 then 2.5
            when killed_a = killed_b and killed_a = 1 then 1.5
            when killed_a = killed_b then 0.5
            when killed_b >= 3 * killed_a + 2 then -1.0
            when killed_a >= 3 * killed_b + 2 then -3.0
            when abs(killed_a - killed_b) <= greatest(1, 0.2 * greatest(killed_a, killed_b))
                then 0.5
            when killed_a != killed_b then -0.5
            else 0.0
        end as killed_points,
        case
            when wounded_a = wounded_b and wounded_a >= 2 then 1.5
            when wounded_a = wounded_b then 0.5
            else 0.0
        end
        + case when taken_a = taken_b then 1.5 else 0.0 end as other_harm_points,
        coalesce(case when is_same_category then 0.5 else -0.5 end, 0.0)
        + case is_same_weapon when true then 0.5 when false then -0.5 else 0.0 end
        + case is_same_perpetrator when true then 1.0 when false then -1.0 else 0.0 end
        + case when is_same_target then 0.5 else 0.0 end as actor_points,
        case
            when is_copy then 4.0
            when runs_shared >= 2 then 1.5
            when runs_shared = 1 then 0.5
            else 0.0
        end
        + case
            when places_shared = 0 then -2.5
            when places_shared >= 2 then 1.0
            else 0.0
        end as text_points,
        case
            when private_persons_shared >= 2 then 8.0
            when near_persons_shared = 1 then 6.0
            when private_persons_shared = 1 then 4.0
            when persons_shared >= 2 then 3.0
            when persons_shared = 1 then 1.5
            else 0.0
        end as name_points,
        -- What one article is about is seldom what another tells by the way.
        case
            when is_main_of_one and killed_a = killed_b and killed_a >= 2 then -1.5
            when is_main_of_one then -4.0
            when is_main_of_both and is_day_and_place_near then 1.5
            else 0.0
        end as main_points
    from counted_pairs

)

select
    unit_a,
    unit_b,
    fingerprint_a,
    fingerprint_b,
    coalesce(not is_decided_different, false) as is_decided_same,
    coalesce(is_decided_different, false) as is_decided_different,
    is_copy,
    place_points,
    date_points,
    type_points,
    killed_points,
    other_harm_points,
    actor_points,
    text_points,
    name_points,
    main_points,
    (
        place_points + date_points + type_points + killed_points + other_harm_points
        + actor_points + text_points + name_points + main_points
    )::decimal(6, 1) as score
from judged_pairs
-- A person's decision wins over any veto.
where not is_vetoed or is_decided_different is not null
