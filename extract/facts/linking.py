"""Joining what an article says about one incident: mentions, casualty claims, blame and statements.

Here belongs everything that needs the whole article: which mentions are one incident, what they lend each other (date,
place, weapon), which incident a casualty claim is about, and which claims repeat the same victims.
Claims of different voices all stay: weighing them is the warehouse's work, as is joining articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING

from extract.facts.casualty_repeats import GIVEN_UP, categories_agree, with_repeats
from extract.facts.casualty_repeats import Told as ToldClaims
from extract.facts.circumstances import (
    Entry,
    When,
    Where,
    lead_default,
    place_mentions,
    place_role,
    where_of,
)
from extract.facts.incidents import IncidentReading, participant_of
from extract.facts.participants import Participant
from extract.facts.statement_incidents import Told, incident_of
from extract.facts.triggers import family_of, is_kind_of, is_violent
from extract.gazetteer import COUNTRY_PREFIX
from extract.language.reading import Reading
from extract.records import (
    Casualty,
    EntityMention,
    IncidentMention,
    IncidentParticipant,
    StatementMention,
    TimeMention,
)

if TYPE_CHECKING:
    from extract.knowledge import Knowledge
    from extract.language.entities import Entities

_DEFINITE = re.compile(
    r"\b(?:the|this|that|these|those|its|their|his|such)(?: [^\s,;]+){0,2}$|^(?:the|this|these) ",
    re.IGNORECASE,
)
_SEPARATE = re.compile(
    r"\b(?:another|second|third|fourth|separate(?:ly)?|elsewhere|different|other|further|also|meanwhile|earlier|previous"
    r"|latest|new|fresh|similar|last (?:week|month|year))\b",
    re.IGNORECASE,
)
# "An earlier toll", "had earlier said": it is the telling that came before.
_OF_TELLING = re.compile(
    r" (?:\w+ )?(?:tolls?|counts?|figures?|estimates?|number|tally|reports?|statements?|version|article|said|told|gave"
    r"|given|put|reported|announced|spoke|spoken|counted|confirmed)\b",
    re.IGNORECASE,
)
# "Another 43", "another at least 43": it is the victims that are more.
_BEFORE_COUNT = re.compile(
    r"\s+(?:(?:at least|more than|about|some|around|nearly|almost) )?", re.IGNORECASE
)
_POSSESSIVE = re.compile("(?:'|\u2019)s?$")
# Types that say nothing about the means: they agree with every kind of armed violence.
_OPEN_TYPES = frozenset({"armed_attack", "attack_on_civilians"})
# Types that tell what was meant, not by what means: a bomb may assassinate.
_AIMS = _OPEN_TYPES | {"assassination", "execution"}
# What violence leaves behind: "two cars were destroyed" may tell of the bombing.
_EFFECTS = frozenset({"looting_destruction"})
_EXPLODING = frozenset({"shelling_artillery_missile", "air_strike", "drone_strike"})
_WEAK_DATES = ("said_on", "lead_default", "coref:said_on", "coref:lead_default")
_NO_DATES = (None, *_WEAK_DATES)
# Two counts of one incident differ by less than this factor, with few exceptions.
_RIVAL_RATIO = 3
_NEAR_KM = 30.0
_NEAR_SENTENCES = 3
_FAR_SENTENCES = 6
_EARTH_KM = 6371.0
_LEAD_SENTENCES = 2
_DETAIL_SENTENCES = 2


@dataclass(frozen=True, slots=True)
class Linked:
    """The facts of an article after linking: every record knows its incident."""

    incident_mentions: tuple[IncidentMention, ...]
    participants: tuple[IncidentParticipant, ...]
    casualties: tuple[Casualty, ...]
    statements: tuple[StatementMention, ...]


@dataclass(frozen=True, slots=True)
class _Context:
    """What completing the mentions of an article needs: its places, its victims by mention, its dated mentions."""

    reading: Reading
    entities: Entities
    knowledge: Knowledge
    places: tuple[EntityMention, ...]
    opening: int
    harmed: Mapping[str, Sequence[Casualty]]
    dated: tuple[IncidentMention, ...]
    dated_at: Mapping[int, Sequence[IncidentMention]]
    day_at: Mapping[int, TimeMention]
    past: frozenset[int]
    current: frozenset[int]


@dataclass(slots=True)
class _Cluster:
    """The mentions of one incident, in reading order, while the article is being read."""

    mentions: list[IncidentMention] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.mentions[0].incident_mention_id


def link_facts(
    reading: Reading,
    *,
    incidents: IncidentReading,
    casualties: Sequence[Casualty],
    statements: Sequence[StatementMention],
    entities: Entities,
    knowledge: Knowledge,
) -> Linked:
    """Return the facts with mentions joined to incidents, claims to mentions, repeats marked, statements related."""
    incidents = replace(
        incidents,
        mentions=tuple(
            _with_entry(mention, incidents.entries, reading) for mention in incidents.mentions
        ),
    )
    harmed = _by_mention(casualties, incidents.caused_by)
    named = _named_victims(harmed, incidents.participants, entities)
    clusters = _clusters(reading, incidents.mentions, harmed, named, knowledge)
    for cluster in clusters:
        _mark_general(cluster, incidents.specific)
    dated = tuple(
        mention
        for mention in incidents.mentions
        if mention.realis == "actual"
        and (mention.date_precision or 9) <= 2
        and mention.date_rule not in _WEAK_DATES
    )
    dated_at: dict[int, list[IncidentMention]] = {}
    for mention in dated:
        dated_at.setdefault(mention.sentence_index, []).append(mention)
    news = {
        mention.sentence_index
        for mention in incidents.mentions
        if mention.realis == "actual" and mention.level != "background"
    }
    around = _Context(
        reading=reading,
        entities=entities,
        knowledge=knowledge,
        places=place_mentions(entities.mentions),
        opening=incidents.opening,
        harmed=harmed,
        dated=dated,
        dated_at=dated_at,
        day_at={day.sentence_index: day for day in reversed(incidents.days)},
        past=incidents.past - news,
        current=frozenset(
            mention.sentence_index
            for cluster in clusters
            if any(_is_current(mention) for mention in cluster.mentions)
            for mention in cluster.mentions
        ),
    )
    mentions = tuple(
        sorted(
            (mention for cluster in clusters for mention in _completed(cluster, around)),
            key=lambda mention: (
                mention.trigger_start,
                mention.trigger_end,
                mention.date_start is None,
                mention.date_start,
            ),
        )
    )
    by_id = {mention.incident_mention_id: mention for mention in mentions}
    placed = _with_mentions(casualties, incidents, mentions)
    counted = with_repeats(
        placed,
        ToldClaims(
            reading=reading,
            mentions=by_id,
            agree=lambda one, other: _may_be_one(one, other, knowledge),
            voices={statement.statement_id: statement for statement in statements},
            knowledge=knowledge,
        ),
    )
    participants = [*incidents.participants, *_blame(reading, incidents, mentions)]
    told = Told(
        reading=reading,
        mentions=mentions,
        casualties=counted,
        agree=lambda one, other: _agree(one, other, knowledge),
    )
    return Linked(
        incident_mentions=mentions,
        participants=_unique(participants),
        casualties=tuple(counted),
        statements=tuple(
            statement
            if (about := incident_of(statement, told)) is None
            else replace(statement, about_article_incident_id=about)
            for statement in statements
        ),
    )


def _by_mention(
    casualties: Iterable[Casualty], caused_by: Mapping[str, str]
) -> dict[str, list[Casualty]]:
    grouped: dict[str, list[Casualty]] = {}
    for casualty in casualties:
        mention_id = caused_by.get(casualty.casualty_id)
        if mention_id is not None:
            grouped.setdefault(mention_id, []).append(casualty)
    return grouped


def _named_victims(
    harmed: Mapping[str, Sequence[Casualty]],
    participants: Iterable[IncidentParticipant],
    entities: Entities,
) -> dict[str, frozenset[str]]:
    """Return the surnames of those harmed or aimed at, by mention: a person is killed, or abducted, once."""
    spans = [
        (mention_id, casualty.victim_start, casualty.victim_end)
        for mention_id, casualties in harmed.items()
        for casualty in casualties
        if casualty.count_max == 1 and casualty.victim_start is not None
    ]
    spans += [
        (part.incident_mention_id, part.participant_start, part.participant_end)
        for part in participants
        if part.role == "target"
    ]
    named: dict[str, frozenset[str]] = {}
    for mention_id, start, end in spans:
        around = entities.covering(start or 0, end or 0)
        for person in (*entities.within(start or 0, end or 0), *((around,) if around else ())):
            if person.entity_type == "PERSON" and person.mention_form in {"name", "possessive"}:
                surname = _POSSESSIVE.sub("", person.text).split()[-1].lower()
                named[mention_id] = named.get(mention_id, frozenset()) | {surname}
    return named


def _clusters(
    reading: Reading,
    mentions: Sequence[IncidentMention],
    harmed: Mapping[str, Sequence[Casualty]],
    named: Mapping[str, frozenset[str]],
    knowledge: Knowledge,
) -> list[_Cluster]:
    """Return the incidents; each mention joins the most recent one that it can and has reason to belong to."""
    clusters: list[_Cluster] = []
    for mention in mentions:
        rule = None
        for cluster in reversed(clusters):
            rule = _link_rule(reading, mention, cluster, harmed, named, knowledge)
            if rule is not None:
                cluster.mentions.append(mention)
                cluster.rules.append(rule)
                break
        if rule is None:
            clusters.append(_Cluster([mention], ["seed"]))
    return clusters


def _mark_general(cluster: _Cluster, specific: frozenset[str]) -> None:
    """Turn an incident that no mention makes specific into a course of events, which is never counted."""
    if any(mention.incident_mention_id in specific for mention in cluster.mentions):
        return
    cluster.mentions = [
        replace(mention, level="operation", incident_count_min=1)
        if mention.level in {"atomic", "group"} and mention.realis == "actual"
        else mention
        for mention in cluster.mentions
    ]


def _link_rule(
    reading: Reading,
    mention: IncidentMention,
    cluster: _Cluster,
    harmed: Mapping[str, Sequence[Casualty]],
    named: Mapping[str, frozenset[str]],
    knowledge: Knowledge,
) -> str | None:
    """Return why a mention belongs to an incident, None where it does not."""
    first = cluster.mentions[0]
    if {mention.realis, first.realis} != {"actual"} or "background" in {mention.level, first.level}:
        return None
    definite = _is_definite(reading, mention)
    if any(
        _types_agree(mention.incident_type, other.incident_type)
        and named.get(mention.incident_mention_id, frozenset())
        & named.get(other.incident_mention_id, frozenset())
        for other in cluster.mentions
    ):
        return "same_person"
    if "operation" in {first.level, mention.level}:
        return _operation_rule(mention, cluster, harmed, definite, knowledge)
    if not all(_agree(mention, other, knowledge) for other in cluster.mentions):
        return None
    return _victims_rule(reading, mention, cluster, harmed, definite)


def _victims_rule(
    reading: Reading,
    mention: IncidentMention,
    cluster: _Cluster,
    harmed: Mapping[str, Sequence[Casualty]],
    definite: bool,
) -> str | None:
    """Return why a mention belongs to an incident that it agrees with, by their victims and the words around it."""
    told = harmed.get(mention.incident_mention_id, ())
    sides = frozenset(c.victim_side_actor_id for c in told if c.victim_side_actor_id is not None)
    counts, known = _victims(harmed, [mention]), _victims(harmed, cluster.mentions, sides)
    known_harms = {harm for harm, _ in known}
    separate = _is_separate(reading, mention, [c for c in told if c.harm_type not in known_harms])
    if counts & known:
        return "same_victims"
    if mention.sentence_index == cluster.mentions[-1].sentence_index and not separate:
        return "same_sentence"
    if not separate and _is_other_count(reading, mention, cluster, harmed, definite):
        return "other_count"
    if _conflicts(counts, known) and not (definite and _are_parts(counts, known)):
        return None
    if definite:
        return "definite"
    is_detail = (
        mention.incident_type in _OPEN_TYPES
        and mention.level == "atomic"
        and mention.location_id is None
    )
    if separate or (mention.level != cluster.mentions[0].level and not is_detail):
        return None
    return _closeness(reading, mention, cluster)


def _is_other_count(
    reading: Reading,
    mention: IncidentMention,
    cluster: _Cluster,
    harmed: Mapping[str, Sequence[Casualty]],
    definite: bool,
) -> bool:
    """Tell whether a mention is another count of the incident: it names no day or place of its own.

    It is another voice's ("The United Nations said it could confirm 13 deaths", where officials have said 14), or one
    that was given up ("It had earlier given a toll of 10"). It is compared with the highest count of the same harm.
    """
    is_plain = definite or mention.incident_type in _OPEN_TYPES
    if (
        not is_plain
        or mention.level not in {"atomic", "group"}
        or mention.location_id is not None
        or mention.date_rule not in _NO_DATES
        or mention.sentence_index - cluster.mentions[-1].sentence_index > _FAR_SENTENCES
    ):
        return False
    voices = _voices(harmed, [mention])
    sentence = reading.sentences[mention.sentence_index]
    is_given_up = GIVEN_UP.search(reading.text(sentence.char_start, mention.trigger_start))
    if not is_given_up and (not voices or voices & _voices(harmed, cluster.mentions)):
        return False
    counts = _highest(harmed, [mention])
    known = _highest(harmed, cluster.mentions)
    shared = counts.keys() & known.keys()
    return bool(shared) and all(
        max(counts[harm], known[harm]) <= _RIVAL_RATIO * min(counts[harm], known[harm])
        for harm in shared
    )


def _highest(
    harmed: Mapping[str, Sequence[Casualty]], mentions: Iterable[IncidentMention]
) -> dict[str, int]:
    """Return the highest count of more than one victim told with some mentions, by harm; subsets left out."""
    highest: dict[str, int] = {}
    for mention in mentions:
        for casualty in harmed.get(mention.incident_mention_id, ()):
            if casualty.parent_casualty_id is None and casualty.count_min > 1:
                count = max(casualty.count_min, highest.get(casualty.harm_type, 0))
                highest[casualty.harm_type] = count
    return highest


def _voices(
    harmed: Mapping[str, Sequence[Casualty]], mentions: Iterable[IncidentMention]
) -> frozenset[str]:
    """Return who else than the article counts the victims told with some mentions."""
    return frozenset(
        casualty.claimed_by_actor_id or casualty.claimed_by_name or casualty.statement_id
        for mention in mentions
        for casualty in harmed.get(mention.incident_mention_id, ())
        if casualty.statement_id is not None and casualty.count_min > 1 and casualty.count_text
    )


def _closeness(reading: Reading, mention: IncidentMention, cluster: _Cluster) -> str | None:
    """Return why an indefinite mention is of an incident it agrees with: a headline's, one place, or nothing new."""
    first, last = cluster.mentions[0], cluster.mentions[-1]
    if (
        _is_headline(reading, first)
        and mention.sentence_index <= first.sentence_index + _LEAD_SENTENCES + 1
    ):
        return "headline"
    places = {other.location_id for other in cluster.mentions} - {None}
    if mention.location_id in places:
        return "same_place"
    is_near = mention.sentence_index - last.sentence_index <= _NEAR_SENTENCES
    return "nearby" if is_near and (mention.location_id is None or not places) else None


def _operation_rule(
    mention: IncidentMention,
    cluster: _Cluster,
    harmed: Mapping[str, Sequence[Casualty]],
    definite: bool,
    knowledge: Knowledge,
) -> str | None:
    """Join operations of one article, and fighting that is told as part of one: "the fighting came after"."""
    first = cluster.mentions[0]
    if first.level != "operation":
        return None
    is_operation = mention.level == "operation"
    is_vague = definite and mention.incident_type == "armed_clash" and mention.date_start is None
    if not is_operation and not is_vague:
        return None
    if harmed.get(mention.incident_mention_id) and not is_operation:
        return None
    is_placed = (mention.location_precision or 6) < 6
    if is_placed and not all(
        _places_agree(mention, other, knowledge) for other in cluster.mentions
    ):
        return None
    return "definite" if definite else "same_operation"


def _agree(one: IncidentMention, other: IncidentMention, knowledge: Knowledge) -> bool:
    """Tell whether two mentions can be of one incident: kind, dates and places do not exclude it."""
    return (
        _types_agree(one.incident_type, other.incident_type)
        and _dates_agree(one, other)
        and _places_agree(one, other, knowledge)
    )


def _may_be_one(one: IncidentMention, other: IncidentMention, knowledge: Knowledge) -> bool:
    """Tell whether mentions with the same victims can be of one incident: dates and places do not exclude it."""
    return _dates_agree(one, other) and _places_agree(one, other, knowledge)


def _types_agree(one: str, other: str) -> bool:
    if is_kind_of(one, other) or is_kind_of(other, one):
        return True
    families = {family_of(one), family_of(other)}
    if families == {"armed_violence", "property"}:
        return one in _EFFECTS or other in _EFFECTS
    if len(families) > 1:
        return False
    if one in _OPEN_TYPES or other in _OPEN_TYPES:
        return True
    if "armed_clash" not in {one, other} and (one in _AIMS or other in _AIMS):
        return True
    return {one, other} <= _EXPLODING | {"bombing"}


def _dates_agree(one: IncidentMention, other: IncidentMention) -> bool:
    if one.date_start is None or other.date_start is None:
        return True
    if one.date_rule in _WEAK_DATES or other.date_rule in _WEAK_DATES:
        return True
    if one.date_end is None or other.date_end is None:
        return True
    return one.date_start <= other.date_end and other.date_start <= one.date_end


def _places_agree(one: IncidentMention, other: IncidentMention, knowledge: Knowledge) -> bool:
    if one.location_id is None or other.location_id is None or one.location_id == other.location_id:
        return True
    first, second = knowledge.location(one.location_id), knowledge.location(other.location_id)
    if first is None or second is None:
        return True
    if (
        first.country_iso3 is not None
        and second.country_iso3 is not None
        and first.country_iso3 != second.country_iso3
    ):
        return False
    if (one.location_precision or 6) <= 2 and (other.location_precision or 6) <= 2:
        return (
            distance_km(first.latitude, first.longitude, second.latitude, second.longitude)
            <= _NEAR_KM
        )
    return not (first.admin1 and second.admin1 and first.admin1 != second.admin1)


def distance_km(
    latitude: float | None,
    longitude: float | None,
    other_latitude: float | None,
    other_longitude: float | None,
) -> float:
    """Return the great-circle distance in kilometres of two points in degrees, 0 where one is unknown."""
    if latitude is None or longitude is None or other_latitude is None or other_longitude is None:
        return 0.0
    phi, other_phi = radians(latitude), radians(other_latitude)
    half = sin((other_phi - phi) / 2) ** 2
    half += cos(phi) * cos(other_phi) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))


def _is_definite(reading: Reading, mention: IncidentMention) -> bool:
    """Tell whether the trigger refers back: "the attack", "this blast"."""
    sentence = reading.sentences[mention.sentence_index]
    before = reading.text(sentence.char_start, mention.trigger_start).rstrip()
    return bool(_DEFINITE.search(before[-40:]) or _DEFINITE.match(mention.trigger_text))


def _is_separate(
    reading: Reading, mention: IncidentMention, more_victims: Sequence[Casualty] = ()
) -> bool:
    """Tell whether the words set the incident apart: "another attack", "in a separate incident".

    Neither words that set a telling apart do ("an earlier toll"), nor those before `more_victims` ("another 43 were
    wounded").
    """
    sentence = reading.sentences[mention.sentence_index]
    text = reading.text(sentence.char_start, sentence.char_end)
    before = text[: mention.trigger_start - sentence.char_start]
    words = [word.start() for word in re.finditer(r"\S+", before)]
    opening_end, near_start = ([*words, len(before)][min(4, len(words))], [0, *words][-4:][0])
    counts = {
        casualty.count_start - sentence.char_start
        for casualty in more_victims
        if casualty.count_start is not None
    }
    return any(
        (match.start() < opening_end or match.start() >= near_start)
        and not _OF_TELLING.match(text, match.end())
        and not any(_BEFORE_COUNT.fullmatch(text, match.end(), count) for count in counts)
        for match in _SEPARATE.finditer(before)
    )


def _is_headline(reading: Reading, mention: IncidentMention) -> bool:
    return reading.sentences[mention.sentence_index].section in {"headline", "heading"}


def _victims(
    harmed: Mapping[str, Sequence[Casualty]],
    mentions: Iterable[IncidentMention],
    sides: frozenset[str] = frozenset(),
) -> frozenset[tuple[str, int]]:
    """Return the exact victim counts told with some mentions; subsets, and losses of others than `sides`, left out."""
    return frozenset(
        (casualty.harm_type, casualty.count_min)
        for mention in mentions
        for casualty in harmed.get(mention.incident_mention_id, ())
        if (not sides or (casualty.victim_side_actor_id or "") in {"", *sides})
        and casualty.parent_casualty_id is None
        and casualty.count_min > 1
        and casualty.count_max == casualty.count_min
    )


def _conflicts(one: frozenset[tuple[str, int]], other: frozenset[tuple[str, int]]) -> bool:
    """Tell whether both tell counts of one harm and none agrees."""
    harms = {harm for harm, _ in one} & {harm for harm, _ in other}
    return bool(harms) and not one & other


def _are_parts(one: frozenset[tuple[str, int]], whole: frozenset[tuple[str, int]]) -> bool:
    """Tell whether counts can be parts of those told before."""
    return max(count for _, count in one) <= max(count for _, count in whole)


def _completed(cluster: _Cluster, around: _Context) -> list[IncidentMention]:
    """Return the mentions of an incident with what the others lend: date, place, weapon, the kind, the level."""
    mentions = cluster.mentions
    dated = [m for m in mentions if m.date_start is not None]
    strong = [m for m in dated if m.date_rule not in _WEAK_DATES] or dated
    best_date = min(strong, key=lambda m: (m.date_precision or 9, m.trigger_start), default=None)
    located = [m for m in mentions if m.location_id is not None]
    best_place = min(
        located, key=lambda m: (_narrowness(m, around.knowledge), m.trigger_start), default=None
    )
    weapon = next((m.weapon for m in mentions if m.weapon is not None), None)
    kind = _most_specific(mentions)
    main = max(
        mentions,
        key=lambda m: sum(c.count_min for c in around.harmed.get(m.incident_mention_id, ())),
    )
    told_after = (
        _told_after(mentions[0], around)
        if best_date is None or best_date.date_rule in _WEAK_DATES
        else None
    )
    completed = []
    for mention, rule in zip(mentions, cluster.rules, strict=True):
        is_part = mentions[0].level == "operation"
        takes_kind = (
            is_part
            or is_kind_of(kind, mention.incident_type)
            or mention.incident_type in _OPEN_TYPES | _EFFECTS
        )
        made = replace(
            mention,
            article_incident_id=cluster.key,
            link_rule=rule,
            incident_type=kind if takes_kind else mention.incident_type,
            level=main.level,
            incident_count_min=main.incident_count_min,
            weapon=mention.weapon or weapon,
        )
        made = _with_date(made, best_date, around, told_after)
        completed.append(_with_place(made, best_place, around))
    return completed


def _narrowness(mention: IncidentMention, knowledge: Knowledge) -> int:
    """Return the precision of a mention's place; a village that nobody knows is narrower than what it lies in."""
    known = {
        place.location_id for place in knowledge.gazetteer.candidates(mention.location_text or "")
    }
    is_own_name = mention.location_id not in known
    return (
        min(2, mention.location_precision or 9) if is_own_name else mention.location_precision or 9
    )


def _most_specific(mentions: Sequence[IncidentMention]) -> str:
    kind = mentions[0].incident_type
    if mentions[0].level == "operation":
        return kind
    for mention in mentions[1:]:
        told = mention.incident_type
        if told in _EFFECTS | {"armed_attack"} and kind not in _EFFECTS:
            continue
        if is_kind_of(told, kind) or kind in _OPEN_TYPES | _EFFECTS:
            kind = told
    return kind


def _with_date(
    mention: IncidentMention,
    best: IncidentMention | None,
    around: _Context,
    told_after: When | None,
) -> IncidentMention:
    """Return the mention with a date that others tell: its incident's, the story's before or after, the article's."""
    own_is_weak = mention.date_rule in _WEAK_DATES
    best_is_weak = best is None or best.date_rule in _WEAK_DATES
    if mention.date_start is not None and not own_is_weak:
        return mention
    if best is not None and not (best_is_weak and told_after is not None):
        return replace(
            mention,
            date_start=best.date_start,
            date_end=best.date_end,
            date_precision=best.date_precision,
            date_rule=f"coref:{best.date_rule}" if mention is not best else best.date_rule,
        )
    if mention.realis != "actual" or mention.level == "background":
        return mention
    told = _told_before(mention, around) if best is None else None
    if told is not None:
        return replace(
            mention,
            date_start=told.date_start,
            date_end=told.date_end,
            date_precision=told.date_precision,
            date_rule=f"narrative:{told.date_rule}",
        )
    when = told_after or lead_default(around.reading)
    if when is None or (told_after is None and _follows_history(mention, around)):
        return mention
    return replace(
        mention,
        date_start=when.start,
        date_end=when.end,
        date_precision=when.precision,
        date_rule=when.rule,
    )


def _with_entry(
    mention: IncidentMention, entries: Mapping[int, Entry], reading: Reading
) -> IncidentMention:
    """Return the mention with the day and place of the entry of a bulletin, where its sentence tells none."""
    entry = entries.get(reading.sentences[mention.sentence_index].paragraph_index)
    if entry is None or mention.realis != "actual" or mention.level == "background":
        return mention
    if entry.when is not None and mention.date_rule in _NO_DATES:
        mention = replace(
            mention,
            date_start=entry.when.start,
            date_end=entry.when.end,
            date_precision=entry.when.precision,
            date_rule=entry.when.rule,
        )
    return mention if mention.location_id is not None else _placed(mention, entry.where)


def _told_after(first: IncidentMention, around: _Context) -> When | None:
    """Return the date that the sentences after a first, undated report tell of it: the news comes before its details.

    It is the first date there, unless it stands with another incident: of another kind, elsewhere, or told as another.
    """
    details = range(first.sentence_index + 1, first.sentence_index + 1 + _DETAIL_SENTENCES)
    day = next((around.day_at[index] for index in details if index in around.day_at), None)
    if day is None:
        return None
    told = around.dated_at.get(day.sentence_index, ())
    fitting = (
        mention
        for mention in told
        if family_of(mention.incident_type) == family_of(first.incident_type)
        and _places_agree(first, mention, around.knowledge)
        and not _is_separate(around.reading, mention)
    )
    source = next(fitting, None) if told else day
    if source is None or source.date_start is None or source.date_end is None:
        return None
    return When(source.date_start, source.date_end, source.date_precision or 2, "told_after")


def _is_current(mention: IncidentMention) -> bool:
    """Tell whether a mention gives the day of an incident that is not history."""
    return (
        mention.realis == "actual"
        and mention.level != "background"
        and mention.date_start is not None
        and mention.date_rule not in _WEAK_DATES
    )


def _follows_history(mention: IncidentMention, around: _Context) -> bool:
    """Tell whether the sentences before, back to the last recent day, tell of times long past.

    Not where the mention's own sentence comes back to an incident of a known day: "The fighting came hours after …".
    """
    if mention.sentence_index in around.current:
        return False
    for index in range(
        mention.sentence_index - 1, mention.sentence_index - 1 - _NEAR_SENTENCES, -1
    ):
        if index in around.day_at or index in around.past:
            return index in around.past
    return False


def _told_before(mention: IncidentMention, around: _Context) -> IncidentMention | None:
    """Return the dated mention that an undated one follows in its paragraph: a story goes on at its date."""
    sentences = around.reading.sentences
    paragraph = sentences[mention.sentence_index].paragraph_index
    before = [
        other
        for other in around.dated
        if other.trigger_start < mention.trigger_start
        and mention.sentence_index - other.sentence_index <= _NEAR_SENTENCES
        and sentences[other.sentence_index].paragraph_index == paragraph
    ]
    return before[-1] if before else None


def _with_place(
    mention: IncidentMention, best: IncidentMention | None, around: _Context
) -> IncidentMention:
    is_vague = (
        best is not None and best is not mention and _narrowness(mention, around.knowledge) >= 6
    )
    if mention.location_id is not None and not is_vague:
        return mention
    if best is not None:
        return _placed(
            mention,
            Where(
                best.location_id,
                best.location_text or "",
                best.location_start or 0,
                best.location_end or 0,
                best.location_precision,
            ),
        )
    if mention.realis != "actual":
        return mention
    where = _place_around(mention, around) or _country_around(mention, around)
    if where is None:
        return mention
    return _placed(mention, where)


def _placed(mention: IncidentMention, where: Where) -> IncidentMention:
    """Return the mention at a place; a village of its own that nobody knows keeps its name, and lies in that place."""
    if mention.location_id is None and mention.location_text is not None:
        return replace(mention, location_id=where.location_id, location_precision=where.precision)
    return replace(
        mention,
        location_id=where.location_id,
        location_text=where.text,
        location_start=where.char_start,
        location_end=where.char_end,
        location_precision=where.precision,
    )


def _place_around(mention: IncidentMention, around: _Context) -> Where | None:
    """Return the place last named as a setting before the mention, else that of the dateline, else the first one."""
    reading, knowledge, opening = around.reading, around.knowledge, around.opening
    known = [place for place in around.places if place.location_id is not None]
    settings = [
        (place, place_role(reading, place, None))
        for place in known
        if place.char_start >= opening
        and reading.sentences[place.sentence_index].section != "dateline"
    ]
    before = [
        pair
        for pair in settings
        if pair[0].char_start < mention.trigger_start
        and mention.sentence_index - pair[0].sentence_index <= 2
        and pair[1] in {"at", "near", "against"}
    ]
    if before:
        return where_of(*before[-1], knowledge)
    datelines = [
        place
        for place in known
        if place.char_end <= opening
        or reading.sentences[place.sentence_index].section == "dateline"
    ]
    if datelines:
        return where_of(datelines[0], "at", knowledge)
    first = [pair for pair in settings if pair[1] != "from"]
    return where_of(*first[0], knowledge) if first else None


def _country_around(mention: IncidentMention, around: _Context) -> Where | None:
    """Return the country whose people or bodies stand nearest, where no place is named: "Afghan police said"."""
    found: list[tuple[int, EntityMention, str]] = []
    knowledge = around.knowledge
    for entity in around.entities.mentions:
        actor = knowledge.actors.get(entity.actor_id) if entity.actor_id else None
        if (
            actor is None
            or actor.country_iso3 is None
            or actor.actor_kind in {"igo", "ngo", "media"}
        ):
            continue
        location_id = f"{COUNTRY_PREFIX}{actor.country_iso3}"
        if knowledge.location(location_id) is not None:
            gap = abs(entity.char_start - mention.trigger_start)
            found.append((gap, entity, location_id))
    if not found:
        return None
    _, entity, location_id = min(found, key=lambda item: item[0])
    return Where(location_id, entity.text, entity.char_start, entity.char_end, 6)


def _with_mentions(
    casualties: Sequence[Casualty],
    incidents: IncidentReading,
    mentions: Sequence[IncidentMention],
) -> list[Casualty]:
    """Return the claims with their mentions; "the first death" beside a claim of it is about the same incident."""
    placed: list[Casualty] = []
    for casualty in casualties:
        told = _told_beside(casualty, placed)
        if told is not None:
            placed.append(
                replace(
                    casualty,
                    incident_mention_id=told.incident_mention_id,
                    same_victims_as=told.casualty_id,
                )
            )
            continue
        mention_id = _mention_of(casualty, incidents, mentions)
        is_known = mention_id == casualty.incident_mention_id
        placed.append(casualty if is_known else replace(casualty, incident_mention_id=mention_id))
    return placed


def _told_beside(casualty: Casualty, placed: Sequence[Casualty]) -> Casualty | None:
    """Return the claim that an ordinal one in the same sentence ranks among others, whoever's voice it is."""
    if casualty.count_kind != "ordinal":
        return None
    return next(
        (
            earlier
            for earlier in reversed(placed)
            if earlier.sentence_index == casualty.sentence_index
            and earlier.harm_type == casualty.harm_type
            and earlier.count_min == casualty.count_min
            and categories_agree(casualty, earlier)
        ),
        None,
    )


def _mention_of(
    casualty: Casualty,
    incidents: IncidentReading,
    mentions: Sequence[IncidentMention],
) -> str | None:
    """Return the mention that a casualty claim stands with: of its clause, its sentence, else the incident before."""
    known = incidents.caused_by.get(casualty.casualty_id)
    if known is not None:
        return known
    eligible = [m for m in mentions if m.realis == "actual" and is_violent(m.incident_type)]
    if casualty.harm_type in {"killed", "wounded"}:
        # Nobody dies of being captured.
        eligible = [m for m in eligible if m.incident_type != "capture_combatant"] or eligible
    if casualty.count_scope == "cumulative":
        eligible = [m for m in eligible if m.level in {"operation", "background"}] or eligible
    else:
        eligible = [m for m in eligible if m.level in {"atomic", "group"}]
    here = [m for m in eligible if m.sentence_index == casualty.sentence_index]
    if here:
        return min(
            here, key=lambda m: abs(m.trigger_start - casualty.claim_start)
        ).incident_mention_id
    before = [
        m for m in eligible if 0 < casualty.sentence_index - m.sentence_index <= _NEAR_SENTENCES
    ]
    return before[-1].incident_mention_id if before else None


def _blame(
    reading: Reading, incidents: IncidentReading, mentions: Sequence[IncidentMention]
) -> list[IncidentParticipant]:
    """Return the parts of those blamed or claiming in sentences of their own, put to the incident before."""
    found = []
    for sentence_index, part in incidents.blames:
        mention = _blamed_mention(sentence_index, part, mentions)
        if mention is not None:
            found.append(participant_of(reading, mention, part))
    return found


def _blamed_mention(
    sentence_index: int, part: Participant, mentions: Sequence[IncidentMention]
) -> IncidentMention | None:
    eligible = [
        mention
        for mention in mentions
        if mention.realis == "actual"
        and mention.level in {"atomic", "group"}
        and is_violent(mention.incident_type)
    ]
    here = [mention for mention in eligible if mention.sentence_index == sentence_index]
    if here:
        return min(here, key=lambda mention: abs(mention.trigger_start - part.char_start))
    before = [mention for mention in eligible if mention.trigger_start < part.char_start]
    return before[-1] if before else None


def _unique(participants: Iterable[IncidentParticipant]) -> tuple[IncidentParticipant, ...]:
    """Return the participants once per mention, role and span of words."""
    kept: dict[tuple[str, str, str], IncidentParticipant] = {}
    for participant in participants:
        key = (participant.incident_mention_id, participant.role, participant.mention_id)
        kept.setdefault(key, participant)
    return tuple(
        sorted(
            kept.values(),
            key=lambda part: (part.participant_start, part.incident_mention_id, part.role),
        )
    )
