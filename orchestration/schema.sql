-- The tables that the pipeline writes itself: raw (as received, versioned) and staging (one row per extraction).
-- Everything after them is built by dbt. Running this file again changes nothing.

create schema if not exists raw;
create schema if not exists staging;

create table if not exists raw.schema_versions (
    schema_version integer primary key,
    release varchar not null,
    upgraded_at timestamptz not null
);
comment on table raw.schema_versions is
'One row per version of the raw and staging tables that this warehouse has had, with the release that brought it.';

create table if not exists raw.load_batches (
    batch_id varchar primary key,
    run_id varchar,
    started_at timestamptz not null,
    finished_at timestamptz,
    documents_seen integer not null default 0,
    articles_new integer not null default 0,
    articles_changed integer not null default 0,
    articles_unchanged integer not null default 0,
    articles_withdrawn integer not null default 0,
    documents_rejected integer not null default 0
);
comment on table raw.load_batches is 'One row per load.';

create table if not exists raw.articles (
    article_id varchar not null,
    article_version integer not null,
    external_id varchar,
    title varchar,
    publisher varchar,
    url varchar,
    language varchar,
    published_at timestamptz,
    published_on date,
    published_at_source varchar not null,
    body varchar not null,
    body_sha256 varchar not null,
    content_sha256 varchar not null,
    source_path varchar,
    encoding varchar,
    batch_id varchar not null,
    ingested_at timestamptz not null,
    withdrawn_at timestamptz,
    withdrawn_by varchar,
    raw_sha256 varchar,
    primary key (article_id, article_version)
);
comment on table raw.articles is 'One row per article version, as received; a changed article is a new version.';

create table if not exists raw.rejected_documents (
    rejection_id varchar primary key,
    source_path varchar not null,
    reason_code varchar not null,
    reason varchar not null,
    line_number integer,
    external_id varchar,
    excerpt varchar,
    batch_id varchar not null,
    rejected_at timestamptz not null
);
comment on table raw.rejected_documents is 'One row per document that could not be taken in, with the reason.';

create table if not exists raw.inbox_files (
    source_path varchar primary key,
    size_bytes bigint not null,
    modified_ns bigint not null,
    read_as varchar not null,
    article_count integer not null,
    rejection_count integer not null,
    batch_id varchar not null
);
comment on table raw.inbox_files is
'One row per file of the inbox that was read, with the state it was read in: an unchanged file is not read again.';

-- Without a key: an index of millions of hashes would cost more than the rows.
create table if not exists raw.inbox_documents (
    document_id varchar not null,
    read_as varchar not null,
    article_id varchar not null
);
comment on table raw.inbox_documents is
'One row per document of the inbox that is an article, and way of reading it: the same document is not read again.';

create table if not exists raw.source_cursors (
    source_name varchar not null,
    cursor_key varchar not null,
    state varchar not null,
    batch_id varchar not null,
    updated_at timestamptz not null,
    primary key (source_name, cursor_key)
);
comment on table raw.source_cursors is
'One row per document or list of a declared source, with how far it was read; written with what was read.';

create table if not exists raw.corrections (
    correction_id varchar primary key,
    source varchar not null,
    line_number integer not null,
    object_type varchar,
    object_id varchar,
    decision varchar,
    column_name varchar,
    new_value varchar,
    reason varchar,
    reviewer varchar,
    corrected_at varchar,
    article_id varchar,
    article_version varchar,
    char_start varchar,
    char_end varchar,
    anchor_text varchar,
    anchor_kind varchar,
    sentence_text varchar,
    other_object_id varchar,
    other_article_id varchar,
    other_article_version varchar,
    other_char_start varchar,
    other_char_end varchar,
    other_anchor_text varchar,
    other_anchor_kind varchar,
    other_sentence_text varchar,
    error varchar
);
comment on table raw.corrections is
'One row per correction by a person, as its CSV file has it; error says why one cannot be used. Replaced by every load.';

create table if not exists staging.article_extractions (
    article_id varchar not null,
    article_version integer not null,
    extractor_version varchar not null,
    extracted_at timestamptz not null,
    seconds double not null,
    token_count integer not null,
    sentence_count integer not null,
    statement_count integer not null,
    incident_mention_count integer not null,
    casualty_count integer not null,
    error varchar,
    document_kind varchar,
    document_actor_id varchar,
    document_rule varchar,
    is_proven boolean not null default false,
    primary key (article_id, article_version, extractor_version)
);
comment on table staging.article_extractions is
'One row per article version and extractor version, also when nothing was found.';

create table if not exists staging.locations (
    location_id varchar primary key,
    name varchar not null,
    feature varchar not null,
    country_iso3 varchar,
    admin1 varchar,
    admin2 varchar,
    latitude double,
    longitude double,
    geonames_id integer,
    population bigint
);
comment on table staging.locations is
'One row per place that an extraction refers to, as the gazetteer of that extractor version knows it.';

-- What follows has no primary key: its index would be half as large as the table, and written whole by every load. No article
-- holds a key twice (PART_KEYS in frames.py), and tests of dbt prove that no two articles share one. Ids that hardly repeat are stored as they
-- are: DuckDB's compression halves them, and to look through them takes three times as long.

create table if not exists staging.sentences (
    article_id varchar not null,
    article_version integer not null,
    sentence_index integer not null,
    char_start integer not null,
    char_end integer not null,
    section varchar not null,
    paragraph_index integer not null
);
comment on table staging.sentences is 'One sentence, heading, dateline or caption. `sentence_index` counts from 0 through the article.';

create table if not exists staging.entity_mentions (
    article_id varchar not null,
    article_version integer not null,
    mention_id varchar using compression uncompressed not null,
    sentence_index integer not null,
    entity_type varchar not null,
    text varchar not null,
    char_start integer not null,
    char_end integer not null,
    mention_form varchar not null,
    figure varchar,
    actor_id varchar,
    location_id varchar,
    resolution_rule varchar
);
comment on table staging.entity_mentions is 'One name, nominal or pronoun that was resolved, or that was tried and stayed unresolved.';

create table if not exists staging.time_mentions (
    article_id varchar not null,
    article_version integer not null,
    time_mention_id varchar using compression uncompressed not null,
    sentence_index integer not null,
    text varchar not null,
    char_start integer not null,
    char_end integer not null,
    date_start date,
    date_end date,
    date_precision integer,
    anchor varchar not null,
    rule varchar not null,
    part_of_day varchar
);
comment on table staging.time_mentions is 'One temporal expression with its resolved interval (both ends inclusive), anchor and rule.';

create table if not exists staging.statement_mentions (
    article_id varchar not null,
    article_version integer not null,
    statement_id varchar using compression uncompressed not null,
    utterance_id varchar using compression uncompressed,
    sentence_index integer not null,
    source_text varchar,
    source_start integer,
    source_end integer,
    source_form varchar not null,
    speaker_actor_id varchar,
    speaker_name varchar,
    organisation_actor_id varchar,
    speaker_role varchar,
    speaker_rule varchar,
    is_official boolean not null,
    is_statement boolean not null default true,
    cue_text varchar,
    cue_start integer,
    cue_end integer,
    cue_lemma varchar,
    content_text varchar,
    content_start integer,
    content_end integer,
    quote_type varchar not null,
    nested_in_statement_id varchar,
    paraphrase_of varchar,
    statement_date_start date,
    statement_date_end date,
    statement_date_precision integer,
    statement_date_rule varchar,
    is_heading boolean not null,
    confidence double not null,
    carrier_text varchar,
    about_article_incident_id varchar
);
comment on table staging.statement_mentions is 'One attribution: a source (who), a cue (the reporting expression) and a content (what).';

create table if not exists staging.statement_contents (
    article_id varchar not null,
    article_version integer not null,
    statement_id varchar using compression uncompressed not null,
    piece_index integer not null,
    piece_kind varchar not null,
    text varchar not null,
    char_start integer not null,
    char_end integer not null
);
comment on table staging.statement_contents is
'One piece of a statement''s content: words that are verbatim, a paraphrase, or an editor''s insertion.';

create table if not exists staging.statement_acts (
    article_id varchar not null,
    article_version integer not null,
    statement_id varchar using compression uncompressed not null,
    act_index integer not null,
    speech_act varchar not null,
    polarity varchar not null,
    modality varchar,
    addressee_actor_id varchar,
    target_actor_id varchar,
    act_text varchar,
    act_start integer,
    act_end integer,
    condition_text varchar,
    condition_start integer,
    condition_end integer,
    plover_event varchar,
    plover_mode varchar,
    cameo varchar
);
comment on table staging.statement_acts is 'One thing done with words inside a statement. `act_index` counts from 0 inside the statement.';

create table if not exists staging.incident_mentions (
    article_id varchar not null,
    article_version integer not null,
    incident_mention_id varchar using compression uncompressed not null,
    sentence_index integer not null,
    trigger_text varchar not null,
    trigger_start integer not null,
    trigger_end integer not null,
    incident_type varchar not null,
    level varchar not null,
    realis varchar not null,
    incident_count_min integer not null,
    location_id varchar,
    location_text varchar,
    location_start integer,
    location_end integer,
    location_precision integer,
    date_start date,
    date_end date,
    date_precision integer,
    date_rule varchar,
    weapon varchar,
    asserted_by_statement_id varchar,
    article_incident_id varchar not null,
    link_rule varchar not null,
    confidence double not null
);
comment on table staging.incident_mentions is 'One report of an incident at one trigger.';

create table if not exists staging.incident_participants (
    article_id varchar not null,
    article_version integer not null,
    incident_mention_id varchar using compression uncompressed not null,
    role varchar not null,
    mention_id varchar using compression uncompressed not null,
    actor_id varchar,
    polarity varchar not null,
    basis varchar not null,
    participant_text varchar not null,
    participant_start integer not null,
    participant_end integer not null,
    asserted_by_statement_id varchar
);
comment on table staging.incident_participants is 'An actor in a role of an incident mention. `role` is perpetrator, initiator, target or victim.';

create table if not exists staging.casualty_mentions (
    article_id varchar not null,
    article_version integer not null,
    casualty_id varchar using compression uncompressed not null,
    incident_mention_id varchar using compression uncompressed,
    sentence_index integer not null,
    claim_text varchar not null,
    claim_start integer not null,
    claim_end integer not null,
    count_text varchar,
    count_start integer,
    count_end integer,
    count_min integer not null,
    count_max integer,
    count_kind varchar not null,
    count_scope varchar not null,
    harm_type varchar not null,
    victim_category varchar not null,
    victim_text varchar,
    victim_start integer,
    victim_end integer,
    victim_side_actor_id varchar,
    statement_id varchar using compression uncompressed,
    claimed_by_actor_id varchar,
    claimed_by_name varchar,
    attribution_kind varchar not null,
    attribution_interest varchar not null,
    parent_casualty_id varchar,
    same_victims_as varchar,
    is_counted boolean not null,
    is_total boolean not null,
    realis varchar not null,
    victim_age_group varchar,
    victim_sex varchar,
    confidence double not null,
    rule_id varchar
);
comment on table staging.casualty_mentions is 'One count x harm x victim group at one place in the text.';

