"""The records that extraction produces: frozen dataclasses, one per staging table.

Here belongs the shape of what goes in (`Article`, `Rejection`) and of what comes out (`Extraction` and its parts).
How a value is found belongs in `language/` and `facts/`; how records are stored belongs outside this package.

Conventions for every record: offsets are 0-based, end-exclusive Unicode code points of `Article.body`;
`body[x_start:x_end] == x_text` always holds; a missing value is None, never 0 or ""; identifiers are deterministic
(`stable_id`), so reading unchanged input again gives the same rows. Codes are those of the CSV files in
`seeds/reference/`. Precision codes are UCDP's: dates 1 day, 2 two to six days, 3 week, 4 month, 5 year or longer;
places 1 exact, 2 near a known place, 3 second-level region, 4 first-level region, 5 larger or linear, 6 country,
7 water or air.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Section = Literal["headline", "lead", "body", "heading", "dateline", "caption"]
DocumentKind = Literal["release", "address", "transcript"]
QuoteType = Literal["direct", "indirect", "mixed", "implicit"]
PieceKind = Literal["verbatim", "paraphrase", "insertion"]
SourceForm = Literal[
    "named_person",
    "named_org",
    "metonym",
    "pronoun",
    "nominal",
    "possessive",
    "anonymous",
    "elided",
]
Realis = Literal["actual", "future", "hypothetical", "demanded", "negated"]
Level = Literal["atomic", "group", "operation", "background"]
CountKind = Literal[
    "exact", "at_least", "at_most", "approximate", "vague", "indefinite_article", "ordinal"
]
CountScope = Literal["incident", "cumulative", "correction"]
HarmType = Literal[
    "killed", "wounded", "missing", "captured", "abducted", "displaced", "unspecified"
]

ID_LENGTH = 20


def stable_id(*parts: object) -> str:
    """Return a key that depends only on `parts`: the first 20 hex digits of a SHA-256."""
    text = "\x1f".join(map(str, parts))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:ID_LENGTH]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One version of one article, normalised and ready to be read.

    `body` is the text after `article.normalise_text`; every offset points into it. `title` is metadata and is not read
    for facts. `published_at` is aware (UTC) and None for an undated article; `published_on` is the date as
    the publisher wrote it, before the conversion to UTC, and is what relative dates are counted from. `raw_sha256`
    names the bytes of an article that was fetched.
    """

    article_id: str
    body: str
    article_version: int = 1
    external_id: str | None = None
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    published_on: date | None = None
    published_at_source: Literal["metadata", "feed", "html", "dateline", "none"] = "none"
    source_path: str | None = None
    body_sha256: str = ""
    content_sha256: str = ""
    encoding: str | None = None
    raw_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A document that could not be taken in: where it is, which rule refused it, and what the user can do.

    `reason_code` is one of empty, binary, too_large, undecodable, not_english, malformed_json, missing_text,
    malformed_front_matter, invalid_date, unsupported_format, unreadable, superseded, and from sources those listed in
    `docs/sources.md`. `line_number` is 1-based.
    """

    source_path: str
    reason_code: str
    reason: str
    line_number: int | None = None
    external_id: str | None = None
    excerpt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence, heading, dateline or caption. `sentence_index` counts from 0 through the article."""

    sentence_index: int
    char_start: int
    char_end: int
    section: Section
    paragraph_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """One place of the gazetteer: WGS 84 degrees, `country_iso3` None for waters and places between states.

    `feature` is country, admin1, admin2, city, town, village, region, disputed_territory, water or site.
    """

    location_id: str
    name: str
    feature: str
    country_iso3: str | None = None
    admin1: str | None = None
    admin2: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    geonames_id: int | None = None
    population: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One actor of the reference tables. `party_id` is the `actor_id` of the party it speaks and fights for.

    `actor_kind` is state, state_agency, state_force, de_facto_authority, armed_group, party, igo, ngo, media,
    company, population or person.
    """

    actor_id: str
    name: str
    actor_kind: str
    party_id: str
    parent_actor_id: str | None = None
    country_iso3: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityMention:
    """One name, nominal or pronoun that was resolved, or that was tried and stayed unresolved.

    `entity_type` is PERSON, ORG, GPE, LOC, FAC, NORP or WEAPON. `figure` tells whether a place name is used for the
    place (literal), for the body that speaks or acts there (metonym), or as an attribute (modifier).
    `actor_id` and `location_id` are keys of the actor and location dimensions, None while unresolved.
    """

    mention_id: str
    sentence_index: int
    entity_type: str
    text: str
    char_start: int
    char_end: int
    mention_form: Literal["name", "nominal", "pronoun", "possessive"]
    figure: Literal["literal", "metonym", "modifier"] | None = None
    actor_id: str | None = None
    location_id: str | None = None
    resolution_rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMention:
    """One temporal expression with its resolved interval (both ends inclusive), anchor and rule.

    `date_start` is None when the resolver refuses (no publication date, or an expression it cannot place).
    `anchor` says what it was counted from: published_on, mention, event, none. `part_of_day` is morning, afternoon,
    evening or night where said.
    """

    time_mention_id: str
    sentence_index: int
    text: str
    char_start: int
    char_end: int
    date_start: date | None
    date_end: date | None
    date_precision: int | None
    anchor: str
    rule: str
    part_of_day: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementMention:
    """One attribution: a source (who), a cue (the reporting expression) and a content (what).

    `speaker_*` is who spoke, `organisation_actor_id` the body spoken for. `content_*` is None if implicit.
    `is_statement` tells words uttered or written from thoughts, wishes, knowledge and intentions ("believes", "hopes").
    `utterance_id` is shared by the pieces of one utterance, as of a quotation that its cue interrupts: all contents of
    one source under one cue; it is the `statement_id` of the first. `paraphrase_of` and `nested_in_statement_id` hold
    statement ids of the same article. `carrier_text` names the
    outlet that relayed the words ("TASS quoted the ministry as saying": the ministry speaks, TASS carries).
    """

    statement_id: str
    utterance_id: str
    sentence_index: int
    source_text: str | None
    source_start: int | None
    source_end: int | None
    source_form: SourceForm
    speaker_actor_id: str | None
    speaker_name: str | None
    organisation_actor_id: str | None
    speaker_role: str | None
    speaker_rule: str | None
    is_official: bool
    is_statement: bool
    cue_text: str | None
    cue_start: int | None
    cue_end: int | None
    cue_lemma: str | None
    content_text: str | None
    content_start: int | None
    content_end: int | None
    quote_type: QuoteType
    nested_in_statement_id: str | None = None
    paraphrase_of: str | None = None
    statement_date_start: date | None = None
    statement_date_end: date | None = None
    statement_date_precision: int | None = None
    statement_date_rule: str | None = None
    is_heading: bool = False
    confidence: float = 0.5
    carrier_text: str | None = None
    about_article_incident_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementContent:
    """One piece of a statement's content. `piece_index` counts from 0 inside the statement, in the order of the text.

    `piece_kind` is verbatim (inside quotation marks, or a statement document speaking itself), paraphrase (the
    reporter's words) or insertion (an editor's, with its brackets; "[...]" marks an omission). An ellipsis without
    brackets may as well be a pause and belongs to the words around it. Pieces are disjoint and hold every letter and
    digit of the content.
    """

    statement_id: str
    piece_index: int
    piece_kind: PieceKind
    text: str
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechAct:
    """One thing done with words inside a statement. `act_index` counts from 0 inside the statement.

    `speech_act` is a code of `seeds/reference/speech_acts.csv`; `polarity` pos or neg; `modality` asserted, obligation,
    possibility, intention or conditional. `plover_event`, `plover_mode` and `cameo` come from the same seed.
    """

    statement_id: str
    act_index: int
    speech_act: str
    polarity: Literal["pos", "neg"]
    modality: str | None
    addressee_actor_id: str | None
    target_actor_id: str | None
    act_text: str | None
    act_start: int | None
    act_end: int | None
    condition_text: str | None
    condition_start: int | None
    condition_end: int | None
    plover_event: str | None
    plover_mode: str | None
    cameo: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMention:
    """One report of an incident at one trigger.

    `article_incident_id` is shared by the mentions of one incident inside the article. `date_*` is the interval the
    incident lies in, both ends inclusive. `incident_count_min` is at least 2 for a plural trigger ("blasts").
    """

    incident_mention_id: str
    sentence_index: int
    trigger_text: str
    trigger_start: int
    trigger_end: int
    incident_type: str
    level: Level
    realis: Realis
    incident_count_min: int
    location_id: str | None
    location_text: str | None
    location_start: int | None
    location_end: int | None
    location_precision: int | None
    date_start: date | None
    date_end: date | None
    date_precision: int | None
    date_rule: str | None
    weapon: str | None
    asserted_by_statement_id: str | None
    article_incident_id: str
    link_rule: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentParticipant:
    """An actor in a role of an incident mention. `role` is perpetrator, initiator, target or victim.

    `basis` is claimed (the perpetrator says so), alleged (somebody else says so) or stated (the article's own voice).
    `mention_id` is the entity mention, or the id of the span where no entity was resolved. `polarity` neg
    records a denied participation.
    """

    incident_mention_id: str
    role: Literal["perpetrator", "initiator", "target", "victim"]
    mention_id: str
    actor_id: str | None
    polarity: Literal["pos", "neg"]
    basis: Literal["claimed", "alleged", "stated"]
    participant_text: str
    participant_start: int
    participant_end: int
    asserted_by_statement_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Casualty:
    """One count x harm x victim group at one place in the text.

    `claim_*` is the clause or phrase, `count_*` the number words (None when the count is implied by a list or a name),
    `victim_*` the victim noun phrase without the count. `count_max` is None when the count is open upwards.
    `is_total` marks a count of all victims of its incident, as against one group of them. `parent_casualty_id` names
    the claim of which this one counts a subset; `same_victims_as` an earlier claim about the same victims.
    `is_counted` is False for subsets, cumulative tolls, repeats within the article and everything not actual.
    """

    casualty_id: str
    incident_mention_id: str | None
    sentence_index: int
    claim_text: str
    claim_start: int
    claim_end: int
    count_text: str | None
    count_start: int | None
    count_end: int | None
    count_min: int
    count_max: int | None
    count_kind: CountKind
    count_scope: CountScope
    harm_type: HarmType
    victim_category: str
    victim_text: str | None
    victim_start: int | None
    victim_end: int | None
    victim_side_actor_id: str | None
    statement_id: str | None
    claimed_by_actor_id: str | None
    claimed_by_name: str | None
    attribution_kind: Literal["explicit", "inherited", "journalist", "anonymous"]
    attribution_interest: Literal["own_losses", "enemy_losses", "third_party", "neutral", "unknown"]
    parent_casualty_id: str | None = None
    same_victims_as: str | None = None
    is_counted: bool = True
    is_total: bool = False
    realis: Realis = "actual"
    victim_age_group: str | None = None
    victim_sex: str | None = None
    confidence: float = 0.5
    rule_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Everything read in one article version, in reading order. Present, with empty parts, when nothing was found.

    `locations` are the places that the parts refer to, each once.
    `document_kind` says that the whole text is a statement (release, address, transcript; None for ordinary
    reporting), `document_actor_id` whose, `document_rule` how that was told: "publisher", or the marks met.
    `error` holds one line when the article could not be read; all parts are then empty.
    """

    article_id: str
    article_version: int
    extractor_version: str
    seconds: float
    token_count: int
    error: str | None = None
    document_kind: DocumentKind | None = None
    document_actor_id: str | None = None
    document_rule: str | None = None
    locations: tuple[Location, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    entity_mentions: tuple[EntityMention, ...] = ()
    time_mentions: tuple[TimeMention, ...] = ()
    statement_mentions: tuple[StatementMention, ...] = ()
    statement_contents: tuple[StatementContent, ...] = ()
    statement_acts: tuple[SpeechAct, ...] = ()
    incident_mentions: tuple[IncidentMention, ...] = ()
    incident_participants: tuple[IncidentParticipant, ...] = ()
    casualty_mentions: tuple[Casualty, ...] = ()
