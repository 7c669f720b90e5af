"""Incident mentions: every trigger with what kind of incident it tells, whether it happened, when, where and by whom.

Here belongs putting the parts together: triggers (`triggers.py`), reality (`context.py`), dates and places
(`circumstances.py`), actors (`participants.py`), and mentions made from casualty claims that no trigger explains.
Which mentions are one incident is decided in `linking.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast, get_args

from extract.facts.circumstances import (
    Entry,
    When,
    Where,
    dateline_end,
    event_days,
    find_entries,
    find_whens,
    find_where,
    innermost_statement,
    is_ahead,
    is_past,
    past_sentences,
    place_mentions,
    saying_date,
    target_mentions,
)
from extract.facts.context import (
    is_aggregate,
    is_attempt,
    is_commemorated,
    is_definite,
    is_generic,
    realis_of,
    words_before,
)
from extract.facts.harm import Harm, find_harm
from extract.facts.incident_parts import TrainedReading, read_events
from extract.facts.participants import (
    Participant,
    find_blame,
    find_parts,
    hits_forces,
    is_armed_noun,
)
from extract.facts.triggers import (
    Trigger,
    WeaponMention,
    family_of,
    find_triggers,
    find_weapons,
    is_kind_of,
    is_violent,
)
from extract.language.parse import Token
from extract.language.reading import Reading
from extract.records import (
    Casualty,
    EntityMention,
    IncidentMention,
    IncidentParticipant,
    Level,
    Realis,
    StatementMention,
    TimeMention,
    stable_id,
)

if TYPE_CHECKING:
    from extract.knowledge import Knowledge
    from extract.language.entities import Entities

_COMBATANTS = frozenset({"military", "paramilitary", "nonstate_combatant", "police"})
_CIVIL_FORCE = frozenset({"state", "state_force", "state_agency"})
# What a casualty of that kind may come from, by the family of the incident.
_CAUSES = {
    "abducted": frozenset({"abduction", "arrest"}),
    "captured": frozenset({"abduction", "arrest", "armed_violence", "territory"}),
    "displaced": frozenset(
        {"displacement", "armed_violence", "unrest", "property", "territory", "operation"}
    ),
    "missing": frozenset({"abduction", "armed_violence", "operation", "territory"}),
}
_HARMFUL = frozenset(
    {
        "armed_violence",
        "abduction",
        "unrest",
        "property",
        "sexual_violence",
        "territory",
        "operation",
    }
)
_ACCIDENT = re.compile(
    r"\b(?:earthquake|flood(?:s|ing)?|drown(?:ed|ing)?|landslide|mudslide|avalanche|cyclone|hurricane|typhoon|famine"
    r"|cholera|ebola|malaria|measles|virus|disease|heart attack|cancer|starvation|hunger|malnutrition|traffic accident"
    r"|road accident|car accident|train accident|car crash|bus crash|plane crash|helicopter crash|train crash|crash"
    r"|capsiz\w+|shipwreck|sank|stampede|collapsed building|gas leak|natural causes|electrocuted|lightning|heat|cold"
    r"|drought|overturned|derail\w+|accident)\b"
)
_INTENT = re.compile(
    r"\b(?:attack\w*|shot|gun\w*|bomb\w*|kill(?:ed|ing) by|militant\w*|rebel\w*|explo\w+|mine|shell\w*|missile|rocket"
    r"|fire[ds]? (?:on|at|upon)|shoot\w*|blast|air ?strike\w*)\b"
)
# Between a harm and a trigger these words say that the trigger is not its cause.
_NOT_CAUSE = re.compile(
    r"\b(?:since|before|days? after|weeks? after|months? after|years? after|hours after|ahead of|amid|despite"
    r"|as well as|unlike|following a|anniversary)\b"
)
_DURING = frozenset({"in", "during", "by", "amid", "as", "when", "from", "of", "after"})
_GENERIC_WEAPONS = frozenset(
    {"explosives", "aircraft", "rocket", "firearms", "artillery", "suicide_vest"}
)
_CAUSE_REACH = 32
_WEAPON_REACH = 28
_REPORT_DATES = frozenset({"said_on", "lead_default"})
_COUNTING = frozenset(
    "two three four five six seven eight nine ten twin double triple several".split()
)
_REALIS = frozenset(get_args(Realis))
_TOLL = 1000
_OPEN_TYPES = frozenset({"armed_attack", "attack_on_civilians"})
_EVENT_NOUNS = frozenset({"incident", "tragedy", "violence", "carnage", "strike"})
_HAPPENING = frozenset(
    "occur happen take begin start erupt unfold come leave last continue".split()
)
# "The strike that destroyed a school" is no walkout.
_HARMING = frozenset(
    "kill wound injure maim destroy damage hit flatten level gut raze demolish shatter".split()
)
_AT_LARGE = frozenset("people population citizens public masses civilians nation".split())
# What the trained reader links to an event that happened once.
_SPECIFIC_ARGUMENTS = frozenset({"PLACE", "TIME", "TARGET"})
_FIGHTING = frozenset({"fighting", "combat", "battle", "violence", "unrest"})


@dataclass(frozen=True, slots=True)
class IncidentReading:
    """The incident mentions and their participants, in reading order.

    `caused_by` maps a casualty to the mention it stands with; `specific` holds the mentions that tell of one incident
    or a number of them rather than of violence in general ("they carry out ambushes"); `opening` is the offset where
    the dateline ends; `blames` holds, by sentence, whom the article blames or
    who claims an incident that the sentence does not name again; `entries` are a bulletin's, by paragraph; `days` are
    the recent days that the article tells of, `past` the sentences that tell of times long past.
    """

    mentions: tuple[IncidentMention, ...]
    participants: tuple[IncidentParticipant, ...]
    caused_by: dict[str, str]
    specific: frozenset[str] = frozenset()
    opening: int = 0
    blames: tuple[tuple[int, Participant], ...] = ()
    days: tuple[TimeMention, ...] = ()
    entries: Mapping[int, Entry] = field(default_factory=dict)
    past: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Event:
    """A trigger or an unexplained harm, before it is dated and placed."""

    token: Token
    token_start: int
    token_end: int
    incident_type: str
    level: Level
    weapon: str | None
    guard: str
    count_min: int
    is_harm: bool
    casualties: tuple[Casualty, ...] = ()


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What all events of an article share."""

    reading: Reading
    entities: Entities
    times: Sequence[TimeMention]
    statements: Sequence[StatementMention]
    places: tuple[EntityMention, ...]
    targets: tuple[EntityMention, ...]
    weapons: tuple[WeaponMention, ...]
    trained: TrainedReading
    knowledge: Knowledge


def find_incidents(
    reading: Reading,
    *,
    entities: Entities,
    times: Sequence[TimeMention],
    statements: Sequence[StatementMention],
    casualties: Sequence[Casualty],
    knowledge: Knowledge,
) -> IncidentReading:
    """Return every incident mention of the article, also those that are planned, demanded, denied or long past."""
    around = _Surroundings(
        reading=reading,
        entities=entities,
        times=times,
        statements=statements,
        places=place_mentions(entities.mentions, after=dateline_end(times)),
        targets=target_mentions(entities.mentions),
        weapons=find_weapons(reading),
        trained=read_events(reading),
        knowledge=knowledge,
    )
    harms = find_harm(reading)
    triggers = [
        trigger for trigger in find_triggers(reading) if _passes(trigger, around, casualties)
    ]
    events = _with_casualties(around, triggers, casualties, harms)
    positions = [event.token.i for event in events]
    mentions: list[IncidentMention] = []
    participants: list[IncidentParticipant] = []
    caused_by: dict[str, str] = {}
    specific: set[str] = set()
    for event in events:
        for mention, parts in _mentions_of(event, around, positions):
            mentions.append(mention)
            if _is_specific(event, mention, parts, around):
                specific.add(mention.incident_mention_id)
            participants.extend(_participants(reading, mention, parts))
            for casualty in event.casualties:
                caused_by.setdefault(casualty.casualty_id, mention.incident_mention_id)
    blames = tuple(
        (sentence.sentence_index, part)
        for sentence in reading.sentences
        for part in find_blame(
            reading,
            sentence.sentence_index,
            statements=statements,
            entities=entities,
            knowledge=knowledge,
        )
    )
    return IncidentReading(
        mentions=tuple(mentions),
        participants=tuple(participants),
        caused_by=caused_by,
        specific=frozenset(specific),
        opening=dateline_end(times),
        blames=blames,
        days=event_days(reading, times),
        entries=find_entries(reading, times=times, places=around.places, knowledge=knowledge),
        past=past_sentences(reading, times),
    )


def participant_of(
    reading: Reading, mention: IncidentMention, part: Participant
) -> IncidentParticipant:
    """Return the record of an actor's part in a mention."""
    return IncidentParticipant(
        incident_mention_id=mention.incident_mention_id,
        role=part.role,
        mention_id=part.mention_id,
        actor_id=part.actor_id,
        polarity=part.polarity,
        basis=part.basis,
        participant_text=reading.text(part.char_start, part.char_end),
        participant_start=part.char_start,
        participant_end=part.char_end,
        asserted_by_statement_id=part.statement_id,
    )


def _participants(
    reading: Reading, mention: IncidentMention, parts: Sequence[Participant]
) -> list[IncidentParticipant]:
    return [participant_of(reading, mention, part) for part in parts]


def _passes(
    trigger: Trigger,
    around: _Surroundings,
    casualties: Sequence[Casualty],
) -> bool:
    """Tell whether an ambiguous trigger is used for armed force here."""
    guard = trigger.entry.guard
    if not guard:
        return True
    reading = around.reading
    sentence = reading.sentence_of(trigger.token.i)
    start, end = reading.sentence_tokens(sentence.sentence_index)
    if guard == "place_object":
        low, high = reading.span(trigger.token_end - 1, min(end, trigger.token_end + 7))
        if any(low <= place.char_start < high for place in around.places):
            return True
        subject = [child for child in trigger.token.children if child.dep_ == "nsubj:pass"]
        return any(
            around.entities.covering(*reading.span(child.i, child.i + 1)) in around.places
            for child in subject
        )
    if trigger.token.lemma_.lower() in _EVENT_NOUNS and (
        _is_told_to_happen(trigger.token) or _is_told_to_harm(trigger.token)
    ):
        return True
    if guard == "combatant_object":
        near = range(max(start, trigger.token.i - 6), min(end, trigger.token.i + 6))
        return any(is_armed_noun(reading.doc[i].text) for i in near)
    if any(casualty.sentence_index == sentence.sentence_index for casualty in casualties):
        return True
    if any(start <= weapon.token_start < end for weapon in around.weapons):
        return True
    return any(
        is_armed_noun(reading.doc[i].text) or _is_armed_actor(reading.doc[i], around)
        for i in range(start, end)
        if i != trigger.token.i and reading.doc[i].pos_ in {"NOUN", "PROPN"}
    )


def _is_told_to_happen(token: Token) -> bool:
    """Tell whether a noun for any event is said to have happened: "the incident occurred on Sunday"."""
    return is_definite(token) and token.head.lemma_.lower() in _HAPPENING


def _is_told_to_harm(token: Token) -> bool:
    """Tell whether a clause says what damage a noun did: "the strike that destroyed a school"."""
    return any(
        child.dep_ == "acl:relcl" and child.lemma_.lower() in _HARMING for child in token.children
    )


def _is_armed_actor(token: Token, around: _Surroundings) -> bool:
    mention = around.entities.covering(*around.reading.span(token.i, token.i + 1))
    kind = around.knowledge.kind_of(mention.actor_id) if mention else None
    return kind in {"armed_group", "state_force"}


def _with_casualties(
    around: _Surroundings,
    triggers: Sequence[Trigger],
    casualties: Sequence[Casualty],
    harms: Sequence[Harm],
) -> list[_Event]:
    """Return the events with the casualties that stand with them; unexplained harm becomes an event of its own."""
    reading = around.reading
    held: dict[int, list[Casualty]] = {index: [] for index in range(len(triggers))}
    loose: dict[tuple[int, str | None], list[tuple[Casualty, Harm]]] = {}
    for casualty in casualties:
        harm = _harm_of(reading, casualty, harms)
        cause = _cause(around, casualty, harm, triggers)
        if cause is not None:
            held[cause].append(casualty)
        elif harm is not None and _makes_event(reading, casualty, harm):
            span = reading.span(harm.token_start, harm.token_end)
            voice = innermost_statement(around.statements, *span)
            key = (casualty.sentence_index, voice.statement_id if voice else None)
            loose.setdefault(key, []).append((casualty, harm))
    events = [
        _Event(
            token=trigger.token,
            token_start=trigger.token_start,
            token_end=trigger.token_end,
            incident_type=trigger.entry.incident_type,
            level=trigger.entry.level,
            weapon=trigger.entry.weapon,
            guard=trigger.entry.guard,
            count_min=trigger.count_min,
            is_harm=False,
            casualties=tuple(held[index]),
        )
        for index, trigger in enumerate(triggers)
    ]
    for pairs in loose.values():
        for part in _separated(reading, pairs):
            events.append(_harm_event(around, part))
    return _once_per_span(events)


def _once_per_span(events: Iterable[_Event]) -> list[_Event]:
    """Return the events in reading order, those at the same words as one: claims of two voices may share a harm."""
    found: dict[tuple[int, int], _Event] = {}
    for event in events:
        span = (event.token_start, event.token_end)
        if (first := found.get(span)) is not None:
            event = replace(first, casualties=(*first.casualties, *event.casualties))
        found[span] = event
    return [found[span] for span in sorted(found)]


def _separated(
    reading: Reading, pairs: Sequence[tuple[Casualty, Harm]]
) -> list[list[tuple[Casualty, Harm]]]:
    """Split the harm of one sentence where it tells of another place or another time."""
    parts: list[list[tuple[Casualty, Harm]]] = []
    for pair in sorted(pairs, key=lambda pair: pair[1].token_start):
        if parts:
            last, last_harm = parts[-1][-1]
            gap = reading.text(last.claim_end, pair[0].claim_start).lower()
            if last_harm.token_start == pair[1].token_start or not re.search(
                r";|\bwhile\b|\belsewhere\b|\banother (?:attack|incident)\b|\bseparate", gap
            ):
                parts[-1].append(pair)
                continue
        parts.append([pair])
    return parts


def _harm_of(reading: Reading, casualty: Casualty, harms: Sequence[Harm]) -> Harm | None:
    """Return the predicate of a casualty claim: of its kind inside the claim, else nearest in the sentence."""
    first, stop = reading.tokens_between(casualty.claim_start, casualty.claim_end)
    inside = [harm for harm in harms if first <= harm.token_start and harm.token_end <= stop]
    fitting = [harm for harm in inside if harm.harm_type == casualty.harm_type] or inside
    if not fitting:
        return None
    anchor = casualty.victim_start if casualty.victim_start is not None else casualty.claim_start
    return min(fitting, key=lambda harm: abs(reading.starts[harm.token.i] - anchor))


def _makes_event(reading: Reading, casualty: Casualty, harm: Harm) -> bool:
    """Tell whether harm without a trigger is an incident: not a toll, not nobody, not an accident or a disease."""
    if casualty.count_scope == "cumulative" or casualty.count_max == 0:
        return False
    sentence = reading.sentence_of(harm.token.i)
    text = reading.text(sentence.char_start, sentence.char_end).lower()
    return not _ACCIDENT.search(text) or bool(_INTENT.search(text))


def _cause(
    around: _Surroundings, casualty: Casualty, harm: Harm | None, triggers: Sequence[Trigger]
) -> int | None:
    """Return the index of the trigger in the sentence that a casualty comes from, None where there is none."""
    reading = around.reading
    if casualty.count_scope == "cumulative":
        return None
    first, stop = reading.tokens_between(casualty.claim_start, casualty.claim_end)
    anchor = harm.token.i if harm is not None else first
    families = _CAUSES.get(casualty.harm_type, _HARMFUL)
    voice = innermost_statement(around.statements, casualty.claim_start, casualty.claim_end)
    # The victims of "they were massacred" may be named a sentence before.
    sentence_index = reading.sentence_of(anchor).sentence_index
    best: tuple[int, int] | None = None
    for index, trigger in enumerate(triggers):
        if reading.sentence_of(trigger.token.i).sentence_index != sentence_index:
            continue
        is_same_word = trigger.token_start <= anchor < trigger.token_end
        if not is_same_word and family_of(trigger.entry.incident_type) not in families:
            continue
        is_capture = trigger.entry.incident_type == "capture_combatant"
        if is_capture and casualty.harm_type in {"killed", "wounded"}:
            # "It lost one man and captured 14": nobody dies of being captured.
            continue
        cost = _cause_cost(reading, trigger, anchor, first, stop)
        span = reading.span(trigger.token_start, trigger.token_end)
        if innermost_statement(around.statements, *span) is not voice:
            cost += 10
        if cost <= _CAUSE_REACH and (best is None or cost < best[0]):
            best = (cost, index)
    return best[1] if best else None


def _cause_cost(reading: Reading, trigger: Trigger, anchor: int, first: int, stop: int) -> int:
    doc = reading.doc
    if trigger.token_start <= anchor < trigger.token_end:
        return -20
    low, high = sorted((anchor, trigger.token.i))
    between = [doc[i].lower_ for i in range(low + 1, high)]
    words = " ".join(between)
    cost = len(between)
    if trigger.token.i > anchor and _NOT_CAUSE.search(words):
        return _CAUSE_REACH + 1
    if trigger.entry.level == "operation":
        before = doc[trigger.token_start - 1].lower_ if trigger.token_start else ""
        near = {doc[i].lower_ for i in range(max(0, trigger.token_start - 4), trigger.token_start)}
        if not (before in _DURING or near & _DURING) or trigger.token.i < anchor:
            return _CAUSE_REACH + 1
        cost += 6
    if first <= trigger.token_start and trigger.token_end <= stop:
        cost -= 4
    cost += 8 * between.count(";") + 3 * sum(word in {"while", "where", "who"} for word in between)
    return cost


def _harm_event(around: _Surroundings, pairs: Sequence[tuple[Casualty, Harm]]) -> _Event:
    """Return the event of harm that no trigger explains; its words run to the weapon that follows closely."""
    reading = around.reading
    killed = [pair for pair in pairs if pair[0].harm_type == "killed"] or list(pairs)
    harm = killed[0][1]
    end = harm.token_end
    for weapon in around.weapons:
        gap = weapon.token_start - harm.token_end
        if 0 <= gap <= 3 and all(
            reading.doc[i].lower_ in {"by", "in", "with", "of", "from", "a", "an", "the", "when"}
            for i in range(harm.token_end, weapon.token_start)
        ):
            end = weapon.token_end
            break
    casualties = tuple(casualty for casualty, _ in pairs)
    kind = casualties[0].harm_type
    incident_type = {
        "abducted": "abduction",
        "captured": "capture_combatant",
        "displaced": "displacement",
    }.get(kind, "armed_attack")
    if kind == "captured" and casualties[0].victim_category not in _COMBATANTS:
        incident_type = "arrest"
    return _Event(
        token=harm.token,
        token_start=harm.token_start,
        token_end=end,
        incident_type=incident_type,
        level="atomic",
        weapon=None,
        guard="",
        count_min=1,
        is_harm=True,
        casualties=casualties,
    )


def _mentions_of(
    event: _Event, around: _Surroundings, positions: Sequence[int]
) -> list[tuple[IncidentMention, tuple[Participant, ...]]]:
    """Return the mentions that one event makes: one, or one for each period it is told to have happened in."""
    reading, statements = around.reading, around.statements
    char_start, char_end = reading.span(event.token_start, event.token_end)
    statement = innermost_statement(statements, char_start, char_end)
    weapon = _weapon(event, around, statement)
    whens = find_whens(
        reading, event.token, times=around.times, statements=statements, events=positions
    )
    realis = _realis(event, around)
    parts = find_parts(
        reading,
        event.token,
        event.token_end,
        incident_type=event.incident_type,
        is_operation=event.level == "operation",
        casualties=event.casualties,
        statement=statement,
        entities=around.entities,
        knowledge=around.knowledge,
    )
    where = find_where(
        reading,
        event.token,
        places=around.places,
        targets=around.targets,
        statements=statements,
        events=positions,
        knowledge=around.knowledge,
    )
    incident_type = _refined_type(event, weapon, parts, around)
    if realis == "actual" and not whens and event.level != "operation":
        said = saying_date(reading, event.token, times=around.times, statements=statements)
        whens = (said,) if said else ()
    level = _level(event, whens[0] if whens else None, where)
    made = []
    for ordinal, when in enumerate(whens or (None,)):
        of_level, of_type = level, incident_type
        if event.level == "operation" and level == "atomic":
            of_type = _by_victims(event, around)
        if event.level != "background" and (
            is_past(when, reading.article.published_on) or _is_remembered(event, reading, when)
        ):
            of_level = "background"
            of_type = "war_background" if event.level == "operation" else incident_type
        elif level == "background":
            of_type = "war_background"
        if realis == "actual" and is_ahead(when, reading.article.published_on):
            realis = "future"
        mention = _mention(
            event, around, ordinal, of_type, of_level, realis, when, where, weapon, statement, parts
        )
        made.append((mention, parts))
    return made


def _is_specific(
    event: _Event, mention: IncidentMention, parts: Sequence[Participant], around: _Surroundings
) -> bool:
    """Tell whether a mention tells of certain incidents: by victims, a day, a place, or a past act with its actors.

    An act that neither counts its victims nor gives its day has to be no kind of act ("they are killing farmers"),
    and what the trained reader does not take for an event needs both a place and its actors.
    """
    reading = around.reading
    if any(_is_certain(c) for c in event.casualties):
        return not _is_toll(event, mention) and not is_aggregate(reading, event.token)
    if mention.date_precision is not None and mention.date_rule not in _REPORT_DATES:
        return mention.date_precision <= (3 if event.count_min == 1 else 2)
    is_heading = reading.sentences[mention.sentence_index].section in {"headline", "heading"}
    if not is_heading:
        if event.token.pos_ == "VERB" and event.token.tag_ not in {"VBD", "VBN", "VBG"}:
            if not is_attempt(reading, event.token):
                return False
        elif is_generic(reading, event.token):
            return False
    is_placed = mention.location_id is not None and (mention.location_precision or 6) <= 3
    if event.count_min > 1:
        return is_placed and _has_number(reading, event)
    has_actors = any(part.role != "victim" for part in parts) or any(
        _is_definite_group(reading, c) for c in event.casualties
    )
    marked = around.trained.at(event.token_start, event.token_end)
    if marked is not None and marked.realis == "actual":
        return is_placed or has_actors or len(marked.arguments & _SPECIFIC_ARGUMENTS) > 1
    if around.trained.is_known:
        return is_placed and has_actors
    return is_placed or has_actors


def _is_definite_group(reading: Reading, casualty: Casualty) -> bool:
    """Tell whether the victims are certain people told of before ("the priests"), not "the people" at large."""
    if casualty.victim_start is None or casualty.victim_text is None:
        return False
    before = reading.text(max(0, casualty.victim_start - 6), casualty.victim_start).lower()
    at_large = casualty.victim_text.split()[-1].lower() in _AT_LARGE
    return before.split()[-1:] in (["the"], ["these"], ["those"]) and not at_large


def _is_certain(casualty: Casualty) -> bool:
    """Tell whether a claim is of certain victims: counted or named, not "they kill children"."""
    if casualty.count_max == 0 or casualty.realis != "actual":
        return False
    return casualty.count_text is not None or casualty.count_kind not in {"vague", "approximate"}


def _is_toll(event: _Event, mention: IncidentMention) -> bool:
    """Tell whether undated harm in the thousands is the toll of a war rather than of an incident."""
    largest = max((c.count_min for c in event.casualties), default=0)
    return event.is_harm and mention.date_precision is None and largest >= _TOLL


def _has_number(reading: Reading, event: _Event) -> bool:
    before = words_before(reading, event.token).split()[-4:]
    return any(word.isdigit() or word in _COUNTING for word in before)


def _is_remembered(event: _Event, reading: Reading, when: When | None) -> bool:
    if not is_commemorated(reading, event.token) or event.casualties:
        return False
    published = reading.article.published_on
    return when is None or published is None or (published - when.end).days > 31


def _realis(event: _Event, around: _Surroundings) -> Realis:
    """Return whether the event happened: where the rules see no reason against it, the trained heads may."""
    reading = around.reading
    if event.casualties:
        actual = any(c.realis == "actual" and c.count_max != 0 for c in event.casualties)
        if actual:
            return "actual"
        if event.is_harm:
            return event.casualties[0].realis
    realis = realis_of(reading, event.token)
    if (
        realis == "hypothetical"
        and is_violent(event.incident_type)
        and is_attempt(reading, event.token)
    ):
        realis = "actual"
    marked = around.trained.at(event.token_start, event.token_end)
    if realis == "actual" and marked is not None and marked.realis in _REALIS:
        return cast(Realis, marked.realis)
    return realis


def _level(event: _Event, when: When | None, where: Where | None) -> Level:
    """Return atomic, group, operation or background for what the words name."""
    harmed = any(c.count_max != 0 for c in event.casualties)
    if event.level == "operation":
        # "Twelve fighters were killed in an operation in Tal" tells one incident, not a campaign.
        return "atomic" if harmed and (when is None or when.precision <= 2) else "operation"
    if event.level == "background":
        return "background"
    is_vague = event.token.lower_ in _FIGHTING and not event.is_harm
    is_placed = where is not None and (where.precision or 6) < 6
    if is_vague and not harmed and when is None and not is_placed:
        return "operation"
    return "group" if event.count_min > 1 else "atomic"


def _weapon(event: _Event, around: _Surroundings, statement: StatementMention | None) -> str | None:
    """Return the weapon of an event: of its own words, else the nearest in its sentence and voice."""
    if not is_violent(event.incident_type) or event.level == "background":
        return event.weapon
    reading = around.reading
    sentence = reading.sentence_of(event.token.i)
    start, end = reading.sentence_tokens(sentence.sentence_index)
    scored = []
    for weapon in around.weapons:
        if not start <= weapon.token_start < end:
            continue
        span = reading.span(weapon.token_start, weapon.token_end)
        if innermost_statement(around.statements, *span) is not statement:
            continue
        distance = min(
            abs(weapon.token_start - event.token_end), abs(event.token_start - weapon.token_end)
        )
        if weapon.token_start >= event.token_start and weapon.token_end <= event.token_end:
            distance = -5
        if distance <= _WEAPON_REACH:
            scored.append((distance + (0 if weapon.incident_type else 6), weapon))
    fitting = [
        (cost, weapon) for cost, weapon in scored if event.weapon is None or _refines(weapon, event)
    ]
    if not fitting:
        return event.weapon
    return min(fitting, key=lambda pair: (pair[0], pair[1].token_start))[1].weapon


def _refines(weapon: WeaponMention, event: _Event) -> bool:
    """Tell whether a weapon says more than the trigger's own: "a bomb blast … an improvised explosive device"."""
    if event.weapon not in _GENERIC_WEAPONS:
        return False
    return weapon.incident_type is not None and is_kind_of(
        weapon.incident_type, event.incident_type
    )


def _refined_type(
    event: _Event,
    weapon: str | None,
    parts: Sequence[Participant],
    around: _Surroundings,
) -> str:
    """Return the type that weapon, victims and actors settle where the trigger leaves it open."""
    current = event.incident_type
    by_weapon = next(
        (w.incident_type for w in around.weapons if w.weapon == weapon and w.incident_type), None
    )
    if by_weapon and (
        (is_kind_of(by_weapon, current) and current in {"bombing", "air_strike"})
        or (current in _OPEN_TYPES and by_weapon != "arson")
    ):
        current = by_weapon
    if current in {"territory_gov", "territory_nonstate"}:
        return _territory_type(current, parts, around)
    if current == "armed_attack":
        return _by_victims(event, around)
    return current


def _territory_type(current: str, parts: Sequence[Participant], around: _Surroundings) -> str:
    for part in parts:
        if part.role in {"perpetrator", "initiator"} and part.actor_id is not None:
            kind = around.knowledge.kind_of(part.actor_id)
            return "territory_gov" if kind in _CIVIL_FORCE else "territory_nonstate"
    return current


def _by_victims(event: _Event, around: _Surroundings) -> str:
    """Tell an attack on civilians from fighting by who was harmed, else by whom it was aimed at."""
    harmed = {c.victim_category for c in event.casualties if c.count_max != 0}
    known = harmed - {"unknown"}
    if known:
        return "armed_clash" if known <= _COMBATANTS else "attack_on_civilians"
    if not event.is_harm and hits_forces(
        around.reading,
        event.token,
        event.token_end,
        entities=around.entities,
        knowledge=around.knowledge,
    ):
        return "armed_clash"
    return "attack_on_civilians" if harmed else "armed_attack"


def _mention(
    event: _Event,
    around: _Surroundings,
    ordinal: int,
    incident_type: str,
    level: Level,
    realis: Realis,
    when: When | None,
    where: Where | None,
    weapon: str | None,
    statement: StatementMention | None,
    parts: Sequence[Participant],
) -> IncidentMention:
    reading = around.reading
    article = reading.article
    start, end = reading.span(event.token_start, event.token_end)
    key = stable_id(
        "incident_mention", article.article_id, article.article_version, start, end, ordinal
    )
    signs = (when is not None, where is not None, bool(event.casualties), bool(parts))
    return IncidentMention(
        incident_mention_id=key,
        sentence_index=reading.sentence_of(event.token.i).sentence_index,
        trigger_text=reading.text(start, end),
        trigger_start=start,
        trigger_end=end,
        incident_type=incident_type,
        level=level,
        realis=realis,
        incident_count_min=event.count_min if level == "group" else 1,
        location_id=where.location_id if where else None,
        location_text=where.text if where else None,
        location_start=where.char_start if where else None,
        location_end=where.char_end if where else None,
        location_precision=where.precision if where else None,
        date_start=when.start if when else None,
        date_end=when.end if when else None,
        date_precision=when.precision if when else None,
        date_rule=when.rule if when else None,
        weapon=weapon,
        asserted_by_statement_id=statement.statement_id if statement else None,
        article_incident_id=key,
        link_rule="seed",
        confidence=round(0.4 + 0.12 * sum(signs), 2),
    )
