-- What several queries share, as temporary tables of the reading connection. The variable `newest_incidents` says how many
-- incidents are shown at most. The oldest go many at a time: if each new one put an old one out, all lists would shift.
create temp table newest_incidents as
with counts as (
    select
        count(*) as total,
        greatest(getvariable('newest_incidents') // 10, 1) as step
    from marts.fct_incidents
)

select incidents.incident_id, incidents.last_reported_at
from marts.fct_incidents as incidents
cross join counts
qualify
    row_number() over (order by incidents.last_reported_at desc nulls last, incidents.incident_id)
    <= counts.total
    - greatest(ceil((counts.total - getvariable('newest_incidents')) / counts.step), 0) * counts.step;

-- What a row of a list is filtered by: no value, or one with its label.
create temp macro facet(value, label) as
case when value is null then [] else [struct_pack(value := value, label := coalesce(label, value))] end;

create temp table horizon as
select
    count(*) as shown_count,
    any_value(total) as total_count,
    count(*) < any_value(total) as is_limited,
    min(last_reported_at) as first_at
from newest_incidents
cross join (select count(*) as total from marts.fct_incidents);

create temp table shown_articles as
with told as (
    -- Every article that a page of a shown incident leads to.
    select article_id
    from marts.bridge_incident_mentions
    semi join newest_incidents using (incident_id)
    union
    select article_id
    from marts.fct_casualties
    semi join newest_incidents using (incident_id)
    union
    select unnest([accusation_article_id, denial_article_id])
    from marts.rpt_denied_accusations
    semi join newest_incidents using (incident_id)
)

select
    articles.article_id,
    articles.article_version,
    coalesce(nullif(trim(articles.title), ''), 'Untitled report') as title,
    coalesce(articles.publisher, 'Unknown publisher') as publisher,
    articles.url,
    articles.published_at::timestamp as published_at,
    articles.published_on,
    articles.external_id,
    articles.near_duplicate_group_id,
    articles.document_kind,
    articles.document_actor_id,
    articles.body
from marts.dim_articles as articles
cross join horizon
where
    articles.is_current
    and articles.withdrawn_at is null
    and (
        not horizon.is_limited
        or articles.published_at >= horizon.first_at
        or articles.article_id in (select told.article_id from told)
    );

create temp table shown_sentences as
select
    sentences.article_id,
    sentences.sentence_index,
    sentences.char_start,
    sentences.char_end,
    sentences.section,
    sentences.paragraph_index,
    substring(
        articles.body, sentences.char_start + 1, sentences.char_end - sentences.char_start
    ) as sentence
from staging.sentences as sentences
inner join shown_articles as articles using (article_id, article_version);

create temp table country_names as
select country_iso3, min(name) as country
from marts.dim_locations
where feature = 'country' and country_iso3 is not null
group by country_iso3;

create temp table shown_incidents as
select
    incidents.incident_id,
    types.name as type_name,
    incidents.date_start,
    incidents.date_end,
    incidents.date_precision,
    incidents.location_id,
    incidents.location_name,
    countries.country,
    incidents.location_precision,
    incidents.perpetrator_actor_id,
    incidents.perpetrator_name,
    incidents.target_actor_id,
    incidents.target_name,
    incidents.killed_low,
    incidents.killed_best,
    incidents.killed_high,
    incidents.wounded_low,
    incidents.wounded_best,
    incidents.wounded_high,
    incidents.is_disputed,
    incidents.level,
    incidents.article_count,
    incidents.first_reported_at::timestamp as first_reported_at,
    incidents.last_reported_at::timestamp as last_reported_at,
    incidents.level in ('atomic', 'group') as is_counted
from marts.fct_incidents as incidents
semi join newest_incidents using (incident_id)
inner join marts.dim_incident_types as types using (incident_type)
left join country_names as countries using (country_iso3);

create temp table shown_statements as
select
    statements.statement_id,
    statements.article_id,
    statements.sentence_index,
    statements.source_text,
    statements.source_start,
    statements.source_end,
    statements.cue_text,
    statements.cue_start,
    statements.cue_end,
    statements.content_text,
    statements.content_start,
    statements.content_end,
    statements.speaker_actor_id,
    statements.organisation_actor_id,
    coalesce(statements.organisation_actor_id, statements.speaker_actor_id) as actor_id,
    statements.speaker_party_id,
    coalesce(actors.name, statements.speaker_name, statements.source_text, 'Unnamed source')
        as speaker,
    organisations.name as organisation,
    statements.speaker_role,
    statements.speaker_rule,
    statements.source_form,
    statements.is_official,
    statements.is_statement,
    acts.name as act_name,
    statements.quote_type,
    statements.confidence,
    incidents.incident_id as about_incident_id,
    statements.statement_date_start,
    statements.statement_date_end,
    statements.statement_date_precision,
    articles.published_at,
    articles.publisher,
    articles.title,
    -- A content alone is hard to understand; what reaches beyond its sentence stands for itself.
    case
        when statements.content_end > sentences.char_end then statements.content_text
        else coalesce(sentences.sentence, statements.content_text, statements.cue_text)
    end as words
from marts.fct_statements as statements
inner join shown_articles as articles using (article_id, article_version)
left join shown_sentences as sentences
    on statements.article_id = sentences.article_id
    and statements.sentence_index = sentences.sentence_index
left join marts.dim_speech_acts as acts using (speech_act)
left join marts.dim_actors as actors on statements.speaker_actor_id = actors.actor_id
left join marts.dim_actors as organisations on statements.organisation_actor_id = organisations.actor_id
left join shown_incidents as incidents on statements.about_incident_id = incidents.incident_id
where not statements.is_rejected;

create temp view shown_claims as
select
    claims.claimed_at,
    claims.casualty_id,
    claims.article_id,
    claims.sentence_index,
    claims.claim_text,
    claims.claim_start,
    claims.claim_end,
    claims.count_text,
    claims.count_start,
    claims.count_end,
    claims.victim_text,
    claims.victim_start,
    claims.victim_end,
    claims.count_min,
    claims.count_max,
    claims.count_kind,
    claims.count_scope,
    claims.harm_type,
    categories.name as victim_name,
    sides.name as side_name,
    coalesce(actors.name, claims.claimed_by_name) as claimed_by,
    claims.claimed_by_actor_id,
    claims.attribution_kind,
    claims.attribution_interest,
    claims.parent_casualty_id,
    claims.same_victims_as,
    claims.realis,
    claims.is_total,
    claims.is_counted,
    claims.is_rejected,
    claims.confidence,
    claims.rule_id,
    incidents.incident_id,
    articles.published_at,
    articles.publisher,
    articles.title
from marts.fct_casualties as claims
inner join shown_articles as articles using (article_id, article_version)
left join marts.dim_victim_categories as categories using (victim_category)
left join marts.dim_actors as sides on claims.victim_side_actor_id = sides.actor_id
left join marts.dim_actors as actors on claims.claimed_by_actor_id = actors.actor_id
left join shown_incidents as incidents on claims.incident_id = incidents.incident_id;
