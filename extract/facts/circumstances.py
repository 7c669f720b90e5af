"""When and where an incident happened: which of the dates and places around a trigger are its own.

Here belongs attaching the temporal expressions of `language/times.py` and the places of `language/entities.py` to one
trigger. What the expressions stand for was decided there; what mentions of one incident lend each other is decided in
`linking.py`. A date or place belongs to the trigger when it is told in the same voice: the day something was said and
the place where it was said stay outside the content of the statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from extract.language.actors import HYPHENS
from extract.language.parse import Doc, Token
from extract.language.reading import Reading
from extract.language.times import date_precision, follows_counting, follows_saying
from extract.records import EntityMention, Sentence, StatementMention, TimeMention

if TYPE_CHECKING:
    from extract.knowledge import Knowledge

PlaceRole = Literal["at", "near", "against", "object", "subject", "modifier", "from", "to", "other"]

# What lies further back than two months is history told with the news; MUC drew the same line.
_BACKGROUND_AGE = timedelta(days=61)

_BARRIER = frozenset(
    "after before when while where who which since whose because although though whereas ; : :-".split()
)
_PREPOSITIONS: dict[str, PlaceRole] = {
    **dict.fromkeys(
        "in at inside around across over along within throughout amid off".split(), "at"
    ),
    **dict.fromkeys("against on into targeting".split(), "against"),
    **dict.fromkeys("to toward towards".split(), "to"),
    "from": "from",
}
_NEAR = frozenset("near outside around off toward towards close".split())
_DISTANCE = re.compile(
    r"\b(?:outskirts|suburbs?|vicinity|edge|north|south|east|west|northeast|northwest|southeast|southwest|north-east"
    r"|north-west|south-east|south-west|kilomet(?:er|re)s?|kms?|miles?|away|distance|close|next|border)$"
)
# "Near the border with X": X lies on the other side.
_FRONTIER = re.compile(r"\b(?:borders?|frontiers?) (?:with|to|into)$")
_GENERIC = frozenset(
    "the a an its his their this that town city village province district state region area county territory"
    " neighbourhood neighborhood suburb suburbs commune municipality governorate department capital port camp island"
    " northern southern eastern western central northeastern northwestern southeastern southwestern north south east"
    " west north-eastern north-western south-eastern south-western north-east north-west rebel-held government-held"
    " restive volatile troubled downtown nearby remote coastal mountainous neighbouring neighboring occupied"
    ""
    " southernmost busy main far upper lower greater old settlement hamlet prefecture oblast cities towns"
    " villages areas provinces"
    " districts regions states predominantly mainly largely besieged war-torn oil-rich contested disputed border local"
    " valley strip division sub-county subcounty locality outskirts resort stronghold enclave".split()
)
_PLACE_TYPES = frozenset({"GPE", "LOC", "FAC", "LOCATION"})
_ROLE_COST: dict[PlaceRole, int] = {
    "at": 0,
    "near": 1,
    "against": 2,
    "object": 2,
    "subject": 12,
    "modifier": 8,
    "to": 10,
    "other": 22,
    "from": 60,
}
_REACH = 45
_HELD = frozenset("held controlled run administered ruled occupied".split())
_TOWN_NOUNS = frozenset(
    "city town village capital port settlement suburb district province state region county resort community".split()
)
_UNKNOWN_VILLAGE = 1
_JOINING = frozenset({"and", "and in", "and on", "and again in", "and again on", ", and"})
_CALENDAR_RULES = frozenset(
    {"day_month", "month_day", "day_month_year", "month_day_year", "iso_date", "numeric_date"}
)
# Where the victims were brought is not where they were harmed.
_BROUGHT = re.compile(
    r"\b(?:driven|taken|rushed|airlifted|flown|transported|transferred|evacuated|brought|carried|referred|admitted)\b"
    r"[^.;,]{0,40}\bto(?: (?:the|a|an))?\s*$",
    re.IGNORECASE,
)
_TREATMENT = re.compile(
    r"\b(?:hospital|clinic|morgue|mortuary|medical cent(?:re|er))\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class When:
    """The interval an incident lies in, both ends inclusive, with its UCDP precision and the rule that gave it."""

    start: date
    end: date
    precision: int
    rule: str


@dataclass(frozen=True, slots=True)
class Where:
    """The place of an incident: its words in the text, and the narrowest known place that they mean or lie in.

    `precision` is the UCDP precision of that known place; both are None where no place is known.
    """

    location_id: str | None
    text: str
    char_start: int
    char_end: int
    precision: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """The place and the day that a heading gives to what stands under it: "Goma, 28 January."."""

    where: Where
    when: When | None


def innermost_statement(
    statements: Sequence[StatementMention], char_start: int, char_end: int
) -> StatementMention | None:
    """Return the statement with the shortest content that holds the span, None for the article's own voice."""
    holding = [
        statement
        for statement in statements
        if statement.content_start is not None
        and statement.content_end is not None
        and statement.content_start <= char_start
        and char_end <= statement.content_end
    ]
    return min(holding, key=_content_length, default=None)


def find_whens(
    reading: Reading,
    token: Token,
    *,
    times: Sequence[TimeMention],
    statements: Sequence[StatementMention],
    events: Sequence[int],
) -> tuple[When, ...]:
    """Return the dates told for the event of `token`, best first; more than one only for coordinated periods.

    `events` are the token indices of all events of the article. Empty where the sentence tells no date of it.
    """
    offset = reading.starts[token.i]
    sentence = reading.sentence_of(token.i)
    voice = innermost_statement(statements, offset, reading.ends[token.i])
    scored = []
    for time in times:
        if time.sentence_index != sentence.sentence_index or not _dates_events(reading, time):
            continue
        if innermost_statement(statements, time.char_start, time.char_end) is not voice:
            continue
        cost = _cost(reading, token, time.char_start, time.char_end, events)
        cost += 12 if (time.date_precision or 5) >= 4 else 0
        scored.append((cost, time))
    if not scored:
        return ()
    scored.sort(key=lambda pair: (pair[0], pair[1].char_start))
    cost, best = scored[0]
    if cost > _REACH:
        return ()
    best = _restated(reading, best, [time for _, time in scored])
    joined = _coordinated(reading, best, [time for _, time in scored])
    if len(joined) > 1 and all((time.date_precision or 0) >= 4 for time in joined):
        return tuple(_when(time) for time in joined)
    if len(joined) > 1:
        start = min(time.date_start for time in joined if time.date_start)
        end = max(time.date_end for time in joined if time.date_end)
        return (When(start, end, date_precision(start, end), f"{best.rule}_joined"),)
    return (_when(best),)


def _dates_events(reading: Reading, time: TimeMention) -> bool:
    """Tell whether an expression can date what happened: neither the writing, nor a report, nor all the time since."""
    return (
        time.date_start is not None
        and time.rule != "dateline"
        and not time.rule.endswith("_since")
        and not is_date_of_saying(reading, time)
    )


def event_days(reading: Reading, times: Sequence[TimeMention]) -> tuple[TimeMention, ...]:
    """Return the expressions that tell of a recent day or of a few days on which something happened."""
    published = reading.article.published_on
    return tuple(
        time
        for time in times
        if _dates_events(reading, time)
        and (when := _when(time)).precision <= 2
        and not is_past(when, published)
        and not is_ahead(when, published)
    )


def past_sentences(reading: Reading, times: Sequence[TimeMention]) -> frozenset[int]:
    """Return the sentences that tell of a time so far back that it is history to the news."""
    published = reading.article.published_on
    return frozenset(
        time.sentence_index
        for time in times
        if _dates_events(reading, time) and is_past(_when(time), published)
    )


def saying_date(
    reading: Reading,
    token: Token,
    *,
    times: Sequence[TimeMention],
    statements: Sequence[StatementMention],
) -> When | None:
    """Return the day on which the report of the event was made, which bounds the event from above."""
    sentence = reading.sentence_of(token.i)
    for time in times:
        if (
            time.sentence_index == sentence.sentence_index
            and time.date_start is not None
            and time.date_precision == 1
            and time.rule != "dateline"
            and not time.rule.endswith("_since")
            and (
                is_date_of_saying(reading, time)
                or _is_told_outside(time, token, reading, statements)
            )
        ):
            day = min(time.date_start, reading.article.published_on or time.date_start)
            return When(day, day, 2, "said_on")
    return None


def _is_told_outside(
    time: TimeMention, token: Token, reading: Reading, statements: Sequence[StatementMention]
) -> bool:
    """Tell whether the event is reported and the date stands with the report: "On Monday the army said that …"."""
    voice = innermost_statement(statements, *reading.span(token.i, token.i + 1))
    if voice is None:
        return False
    return innermost_statement(statements, time.char_start, time.char_end) is not voice


def is_date_of_saying(reading: Reading, time: TimeMention) -> bool:
    """Tell whether a temporal expression dates a report or a count: "officials said on Monday"."""
    sentence = reading.sentences[time.sentence_index]
    before = reading.text(sentence.char_start, time.char_start)
    return follows_saying(before) or follows_counting(before)


def lead_default(reading: Reading) -> When | None:
    """Return when the news is taken to have happened where no date is told: on the day of publication.

    That is how the coders of event data do it; the precision says that the day is not known.
    """
    published = reading.article.published_on
    return When(published, published, 2, "lead_default") if published else None


def find_entries(
    reading: Reading,
    *,
    times: Sequence[TimeMention],
    places: Sequence[EntityMention],
    knowledge: Knowledge,
) -> Mapping[int, Entry]:
    """Return, by index of paragraph, the entry of a bulletin that it belongs to; empty where the article is none.

    An entry begins with a place, with or without a day: as the first sentence of its paragraph, or as a heading, which
    holds up to the next one. A single one is no bulletin: it may be a dateline.
    """
    found: dict[int, Entry] = {}
    heads: set[int] = set()
    current: Entry | None = None
    paragraph = -1
    for sentence in reading.sentences:
        is_heading = sentence.section == "heading"
        is_first = sentence.paragraph_index != paragraph
        paragraph = sentence.paragraph_index
        if is_heading or (is_first and sentence.section in {"lead", "body"}):
            entry = _entry(reading, sentence, times, places, knowledge)
            if is_heading:
                current = entry
            elif entry is not None:
                found[paragraph] = entry
            if entry is not None:
                heads.add(sentence.sentence_index)
        if current is not None and not is_heading:
            found.setdefault(paragraph, current)
    return found if len(heads) > 1 else {}


def _entry(
    reading: Reading,
    sentence: Sentence,
    times: Sequence[TimeMention],
    places: Sequence[EntityMention],
    knowledge: Knowledge,
) -> Entry | None:
    """Return what a sentence gives that holds a known place, maybe a day, and nothing else."""
    here = [place for place in places if place.sentence_index == sentence.sentence_index]
    days = [time for time in times if time.sentence_index == sentence.sentence_index]
    known = [place for place in here if place.location_id is not None]
    rest = list(reading.text(sentence.char_start, sentence.char_end))
    spans = [(place.char_start, place.char_end) for place in here]
    for char_start, char_end in (*spans, *((time.char_start, time.char_end) for time in days)):
        low, high = char_start - sentence.char_start, char_end - sentence.char_start
        rest[low:high] = " " * len(rest[low:high])
    words = re.findall(r"[^\W\d_]+", "".join(rest).lower())
    if not known or not _GENERIC.issuperset(words):
        return None
    dated = [time for time in days if time.date_start is not None]
    narrowest = min(known, key=lambda place: _narrowness(place, "at", knowledge))
    return Entry(
        where_of(narrowest, "at", knowledge),
        replace(_when(dated[0]), rule=f"entry:{dated[0].rule}") if dated else None,
    )


def is_past(when: When | None, published_on: date | None) -> bool:
    """Tell whether an interval lies so far back that it is background to the news."""
    if when is None or published_on is None:
        return False
    if when.precision == 5 and when.end < published_on.replace(month=1, day=1):
        return True
    return when.end < published_on - _BACKGROUND_AGE


def is_ahead(when: When | None, published_on: date | None) -> bool:
    """Tell whether a date lies after publication, by more than time zones explain."""
    return when is not None and published_on is not None and (when.start - published_on).days > 1


def find_where(
    reading: Reading,
    token: Token,
    *,
    places: Sequence[EntityMention],
    targets: Sequence[EntityMention],
    statements: Sequence[StatementMention],
    events: Sequence[int],
    knowledge: Knowledge,
) -> Where | None:
    """Return the place told for the event of `token` in its sentence, None where none is."""
    offset = reading.starts[token.i]
    sentence = reading.sentence_of(token.i)
    voice = innermost_statement(statements, offset, reading.ends[token.i])
    scored: list[tuple[int, EntityMention, PlaceRole]] = []
    previous: tuple[EntityMention, PlaceRole] | None = None
    for place in sorted((*places, *targets), key=lambda place: place.char_start):
        if place.sentence_index != sentence.sentence_index:
            previous = None
            continue
        role = place_role(reading, place, previous)
        previous = (place, role)
        if role not in {"against", "object"} and (
            place in targets
            or _TREATMENT.search(place.text)
            or _BROUGHT.search(reading.text(sentence.char_start, place.char_start))
        ):
            continue
        if innermost_statement(statements, place.char_start, place.char_end) is not voice:
            continue
        cost = _cost(reading, token, place.char_start, place.char_end, events) + _ROLE_COST[role]
        if place.location_id is None:
            cost += 6
        scored.append((cost, place, role))
    if not scored:
        return None
    best_cost, best, best_role = min(scored, key=lambda item: (item[0], item[1].char_start))
    if best_cost > _REACH:
        return None
    near_best = [
        (place, role, cost)
        for cost, place, role in scored
        if cost <= best_cost + 14
        and role in {"at", "near", "against", "object"}
        and _is_same_country(best, place, knowledge)
    ]
    place, role, _ = min(
        near_best,
        key=lambda item: (_narrowness(item[0], item[1], knowledge), item[2]),
        default=(best, best_role, best_cost),
    )
    where = where_of(place, role, knowledge)
    if place.location_id is not None:
        return where
    known = [
        item
        for item in scored
        if item[1].location_id is not None
        and item[0] <= best_cost + 20
        and item[2] in {"at", "near", "modifier"}
    ]
    if not known:
        return where
    # A village nobody knows, "in Tal in Ana province": its own name, within the place that is known.
    _, container, container_role = min(known, key=lambda item: (item[0], item[1].char_start))
    inside = where_of(container, container_role, knowledge)
    return replace(inside, text=place.text, char_start=place.char_start, char_end=place.char_end)


def where_of(place: EntityMention, role: PlaceRole, knowledge: Knowledge) -> Where:
    """Return the place of a mention as the place of an incident."""
    return Where(
        place.location_id,
        place.text,
        place.char_start,
        place.char_end,
        _precision(place, role, knowledge),
    )


def dateline_end(times: Sequence[TimeMention]) -> int:
    """Return the offset up to which the article's opening is a dateline that no sentence of its own holds, else 0."""
    return next((time.char_end for time in times if time.rule == "dateline"), 0)


def place_mentions(
    mentions: Iterable[EntityMention], *, after: int = 0
) -> tuple[EntityMention, ...]:
    """Return the mentions that name a place as a place, not as the body that speaks or acts there.

    Mentions before the offset `after`, the place of writing, are left out.
    """
    return tuple(
        mention
        for mention in mentions
        if mention.char_start >= after
        and mention.entity_type in _PLACE_TYPES
        and mention.figure != "metonym"
        and mention.mention_form != "pronoun"
    )


def target_mentions(mentions: Iterable[EntityMention]) -> tuple[EntityMention, ...]:
    """Return the places named as the bodies that act there: they are places only as targets of an attack."""
    return tuple(
        mention
        for mention in mentions
        if mention.entity_type in _PLACE_TYPES
        and mention.figure == "metonym"
        and mention.mention_form != "pronoun"
    )


def place_role(
    reading: Reading, place: EntityMention, previous: tuple[EntityMention, PlaceRole] | None
) -> PlaceRole:
    """Return how a place stands in its sentence, by the words before it; `previous` is the place named before."""
    first, stop = reading.tokens_between(place.char_start, place.char_end)
    doc = reading.doc
    start, end = reading.sentence_tokens(place.sentence_index)
    if previous is not None:
        gap = reading.text(previous[0].char_end, place.char_start).strip().lower()
        if gap in {",", "and", "(", ", in", "in", "of"} or (gap.startswith(",") and len(gap) < 18):
            return previous[1]
    if stop < end and doc[stop].lower_ in {"'s", "\u2019s"}:
        return "modifier"
    index = _before_generic(doc, first - 1, start)
    head = doc[stop - 1] if stop > first else doc[min(first, end - 1)]
    if _FRONTIER.search(_words(doc, max(start, index - 1), index + 1)):
        return "from"
    if index > start and doc[index].lower_ == "of":
        if _DISTANCE.search(_words(doc, max(start, index - 3), index)):
            return "near"
        if doc[index - 1].lower_ in _TOWN_NOUNS:
            # "They stormed the village of X": the village is the object.
            head = doc[index - 1]
        index = _before_generic(doc, index - 1, start)
    role = _role_by_preposition(doc, index, start) if index >= start else None
    return role or _role_by_parse(head)


def _before_generic(doc: Doc, index: int, start: int) -> int:
    """Return the last token at or before `index` that is no word like "the town", "northern" or "Iraqi"."""
    while index >= start and (doc[index].lower_ in _GENERIC or _is_attribute_of_place(doc, index)):
        index -= 1
    return index


def _is_attribute_of_place(doc: Doc, index: int) -> bool:
    """Tell whether a word says whose the place after it is: "Iraqi" of "the Iraqi city of", "Mali's", "rebel-held"."""
    if doc[index].text in HYPHENS or doc[index].lower_ in _HELD:
        return True
    if doc[index].tag_ == "POS":
        return index > 0 and doc[index - 1].ent_type_ == "LOC"
    following = doc[index + 1]
    if following.text in HYPHENS:
        return True
    is_owner = doc[index].ent_type_ in ("NORP", "LOC", "ORG") and doc[index].text[:1].isupper()
    return is_owner and (following.lower_ in _TOWN_NOUNS or following.tag_ == "POS")


def _words(doc: Doc, start: int, end: int) -> str:
    return " ".join(doc[i].lower_ for i in range(start, end))


def _role_by_preposition(doc: Doc, index: int, start: int) -> PlaceRole | None:
    word = doc[index].lower_
    is_distance = bool(_DISTANCE.search(_words(doc, max(start, index - 2), index)))
    if word in _NEAR or (word in {"from", "to"} and is_distance):
        return "near"
    return _PREPOSITIONS.get(word)


def _role_by_parse(token: Token) -> PlaceRole:
    if token.dep_ in {"obj", "nsubj:pass"}:
        return "object"
    if token.dep_.startswith("nsubj"):
        return "subject"
    if token.dep_ in {"compound", "nmod:poss", "amod", "nmod"}:
        return "modifier"
    return "other"


def _precision(place: EntityMention, role: PlaceRole, knowledge: Knowledge) -> int | None:
    if place.location_id is None:
        return None
    precision = knowledge.gazetteer.precision(place.location_id)
    return 2 if role == "near" and precision == 1 else precision


def _narrowness(place: EntityMention, role: PlaceRole, knowledge: Knowledge) -> int:
    """Return the precision to compare by: a village that nobody knows is narrower than the district it lies in."""
    precision = _precision(place, role, knowledge)
    return _UNKNOWN_VILLAGE + (place.entity_type == "FAC") if precision is None else precision


def _is_same_country(one: EntityMention, other: EntityMention, knowledge: Knowledge) -> bool:
    """Tell whether two places may lie in one country: those that nobody knows, and seas, may lie in any."""
    first = knowledge.location(one.location_id) if one.location_id else None
    second = knowledge.location(other.location_id) if other.location_id else None
    countries = {place.country_iso3 for place in (first, second) if place is not None}
    return len(countries - {None}) <= 1


def _cost(
    reading: Reading, token: Token, char_start: int, char_end: int, events: Sequence[int]
) -> int:
    """Return how far a phrase is from an event: words between, with a surcharge for clauses and events between."""
    doc = reading.doc
    first, stop = reading.tokens_between(char_start, char_end)
    if first >= len(doc):
        return _REACH + 1
    low, high = (stop, token.i) if stop <= token.i else (token.i + 1, first)
    sentence_start, _ = reading.sentence_tokens(reading.sentence_of(token.i).sentence_index)
    between = range(low, max(low, high))
    cost = len(between)
    if first - sentence_start <= 1 and stop <= token.i:
        # An opening "On Monday" or "In Goma" holds for the clause, however long its subject is.
        cost = min(cost, 5)
    cost += 6 * sum(doc[i].lower_ in _BARRIER for i in between)
    cost += 7 * sum(low <= event < high for event in events if event != token.i)
    if _is_attached(token, doc[min(first, len(doc) - 1)]):
        cost -= 6
    return cost


def _is_attached(event: Token, phrase: Token) -> bool:
    """Tell whether the parse hangs the phrase on the event or on its verb."""
    verb = event.head if event.pos_ in {"NOUN", "PROPN"} else event
    node = phrase
    for _ in range(4):
        node = node.head
        if node.i in (event.i, verb.i):
            return True
    return False


def _restated(reading: Reading, best: TimeMention, times: Sequence[TimeMention]) -> TimeMention:
    """Return the calendar date that an expression is restated by: "last night, 29 April"."""
    for time in times:
        gap = reading.text(best.char_end, time.char_start).strip()
        if (
            time.char_start > best.char_end
            and gap in {",", "[", "(", ", on", ""}
            and time.rule in _CALENDAR_RULES
        ):
            return time
    return best


def _coordinated(
    reading: Reading, best: TimeMention, times: Sequence[TimeMention]
) -> tuple[TimeMention, ...]:
    """Return the expression with those joined to it by "and": "in the 1990s and in 2020"."""
    ordered = sorted(times, key=lambda time: time.char_start)
    position = ordered.index(best)
    joined = [best]
    for step in (1, -1):
        index = position
        while 0 <= index + step < len(ordered):
            left, right = sorted(
                (ordered[index], ordered[index + step]), key=lambda t: t.char_start
            )
            gap = reading.text(left.char_end, right.char_start).strip().lower()
            if gap not in _JOINING:
                break
            index += step
            joined.append(ordered[index])
    return tuple(sorted(joined, key=lambda time: time.char_start))


def _when(time: TimeMention) -> When:
    if time.date_start is None or time.date_end is None or time.date_precision is None:
        raise ValueError(f"unresolved temporal expression {time.text!r}")
    return When(time.date_start, time.date_end, time.date_precision, time.rule)


def _content_length(statement: StatementMention) -> int:
    return (statement.content_end or 0) - (statement.content_start or 0)
