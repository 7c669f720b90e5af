"""Temporal expressions and the intervals they stand for, with UCDP date precision, anchor and rule.

The expressions are data (`rules/time_expressions.json`); here is how each kind becomes an interval. Relative
expressions are counted from the publication date and refused without one: today's date is never used. Durations and
frequencies are no dates. Which date belongs to which incident is decided in `facts/incidents.py`.
"""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from extract.datelines import DATELINE_END, DATELINE_START
from extract.language.reading import Reading
from extract.records import TimeMention, stable_id

_RULES = Path(__file__).resolve().parents[1] / "rules" / "time_expressions.json"
_MONTHS = {name.lower()[:3]: number for number, name in enumerate(calendar.month_name) if name}
_WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_NUMBERS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
        " eighteen nineteen twenty".split(),
        start=1,
    )
} | {"a": 1, "an": 1, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "a couple of": 2}
_DECADES = {
    word: 1900 + 10 * number
    for number, word in enumerate(
        "twenties thirties forties fifties sixties seventies eighties nineties".split(), start=2
    )
}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_HOLIDAYS = {
    "christmas eve": (12, 24),
    "christmas day": (12, 25),
    "boxing day": (12, 26),
    "new year's eve": (12, 31),
    "new year's day": (1, 1),
}
# The words before an expression that turn it to the future, unless the reporting has begun since.
_FUTURE = re.compile(
    r"\b(?:will|shall|'ll|scheduled|due|set (?:to|for)|expected|planned|plans|slated|tomorrow)\b(?![^.;]*\b(?:said|told"
    r"|announced|reported|killed|after)\b)[^.;]*$"
)
# A time right after a reporting verb dates the report.
_SAYING = re.compile(
    r"\b(?:said|says|told(?: [\w'\u2019.]+){1,6}|announced|reported|stated|added|declared|confirmed|tweeted|wrote"
    r"|according to(?: [\w'\u2019.]+){1,6}|statement(?: (?:issued|released|carried))?|spokes\w+|press conference"
    r"|interview(?: with(?: [\w'\u2019.]+){1,4})?)(?: here)?(?: (?:in|from) [A-Z]\w+)?,?"
    r"(?: on| late| early| late on| early on)?$"
)
# A time beside what has become of a toll dates the count: "the toll rose to 16 on Monday".
_COUNTING = re.compile(
    r"\b(?:tolls?|number|count|tally|figures?|total)\b[^.;]*\b(?:rose|risen|rises|climb(?:ed|s)|jumped|grew|grown|increased"
    r"|went up|gone up|(?:raised|revised|updated|lowered)|reached|stood|stands|fell|fallen|dropped)"
    r"(?: (?:up|down|again|further|sharply|to|at|from|by|about|around|more|than|least|[\d,]+"
    r"|[a-z]+-[a-z]+|{number})){{0,6}},?(?: on| late| early| late on| early on| by)?$".format(
        number="|".join(_NUMBERS)
    )
)
# So does one beside the finding of bodies: "four more were pulled from the debris overnight".
_FINDING = re.compile(
    r"\b(?:bod(?:y|ies)|remains|corpses?|victims?|more|others)\b[^.;,]*\b(?:found|recovered|pulled|retrieved|discovered|dug)\b"
    r"(?: (?!after\b|when\b|killed\b)[\w'’-]+){0,7}$"
)
_SINCE = re.compile(r"\b[Ss]ince (?:the )?(?:(?:about|around|at least|early|late) )?$")
_PERSONAL = re.compile(r"\b(?:his|her|their|my|our) (?:early |mid-?|late )?$", re.IGNORECASE)
_LOOKING_AHEAD = timedelta(days=183)
# How far before an expression its sentence is looked at, in characters.
_LONGEST_BEFORE = 1000
_UNITS_OF_DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Resolved:
    """An interval, both ends inclusive, with its UCDP date precision and what it was counted from."""

    start: date
    end: date
    precision: int
    anchor: str


@dataclass(frozen=True, slots=True)
class TimeRule:
    """One rule of `rules/time_expressions.json`; `settings` holds what its resolver needs besides the match.

    Every match holds one of `words`; without any they are one empty word, which every text holds.
    """

    rule_id: str
    resolver: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]
    settings: Mapping[str, Any]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Context:
    """What a resolver may look at: the publication date, the last dated day, and the words around."""

    published_on: date | None
    last_day: date | None
    last_year: int | None
    before: str


Groups = Mapping[str, str | None]
Resolver = Callable[[Groups, _Context, Mapping[str, Any]], Resolved | None]


@cache
def time_rules() -> tuple[TimeRule, ...]:
    """Return the rules in the order in which they are tried."""
    data = json.loads(_RULES.read_text(encoding="utf-8"))
    return tuple(
        TimeRule(
            rule_id=rule["id"],
            resolver=rule["resolver"],
            words=tuple(_expand(rule.get("words", ""), data["fragments"]).split("|")),
            pattern=re.compile(_expand(rule["pattern"], data["fragments"])),
            settings={key: rule[key] for key in ("days", "date") if key in rule},
            examples=tuple(rule["examples"]),
        )
        for rule in data["rules"]
    )


@cache
def _words_of_rules() -> frozenset[tuple[str, ...]]:
    return frozenset(rule.words for rule in time_rules())


def find_times(reading: Reading) -> tuple[TimeMention, ...]:
    """Return the temporal expressions in reading order, each resolved or refused (`date_start` None)."""
    article = reading.article
    mentions: list[TimeMention] = []
    last_day: date | None = None
    last_day_at = last_year_at = -1
    last_year: int | None = None
    for rule, match in _matches(reading.body, reading.paragraphs):
        sentence = reading.sentence_at(match.start())
        paragraph = sentence.paragraph_index
        context = _Context(
            published_on=article.published_on,
            last_day=last_day if sentence.sentence_index - last_day_at <= 2 else None,
            last_year=last_year if paragraph == last_year_at else None,
            before=reading.text(
                max(sentence.char_start, match.start() - _LONGEST_BEFORE), match.start()
            ),
        )
        resolved = _resolved(rule, match, context)
        name = "dateline" if _is_dateline(reading, match) else rule.rule_id
        if resolved and _SINCE.search(context.before):
            resolved, name = _since(resolved, context), f"{name}_since"
        mentions.append(_mention(reading, match, resolved, name, context))
        if resolved and resolved.precision == 1 and name != "dateline":
            last_day, last_day_at = resolved.start, sentence.sentence_index
        if resolved and match.groupdict().get("y"):
            last_year, last_year_at = resolved.start.year, paragraph
    return tuple(mentions)


def _resolved(rule: TimeRule, match: re.Match[str], context: _Context) -> Resolved | None:
    """Return what an expression stands for; None for what lies outside the calendar ("999999 years ago")."""
    try:
        return _RESOLVERS[rule.resolver](match.groupdict(), context, rule.settings)
    except (ValueError, OverflowError):
        return None


def _is_dateline(reading: Reading, match: re.Match[str]) -> bool:
    """Tell whether a date stands between the place and the dash that open the article: it is the day of writing."""
    sentence = reading.sentence_at(match.start())
    if sentence.section == "dateline":
        return True
    return (
        sentence.paragraph_index <= 1
        and bool(DATELINE_START.fullmatch(reading.text(sentence.char_start, match.start())))
        and bool(DATELINE_END.match(reading.body, match.end()))
    )


def follows_saying(before: str) -> bool:
    """Tell whether an expression dates a report, by the words of its sentence before it: "officials said on Monday"."""
    return bool(_SAYING.search(before.rstrip()))


def follows_counting(before: str) -> bool:
    """Tell whether an expression dates a count of victims, by the words before it: "the toll rose to 16 on Monday"."""
    words = before.rstrip()
    return bool(_COUNTING.search(words) or _FINDING.search(words))


def date_precision(start: date, end: date) -> int:
    """Return the UCDP precision of an interval: 1 day, 2 up to six days, 3 week, 4 month, 5 longer."""
    days = (end - start).days + 1
    for longest, precision in ((1, 1), (6, 2), (8, 3), (31, 4)):
        if days <= longest:
            return precision
    return 5


def _expand(pattern: str, fragments: Mapping[str, str]) -> str:
    while "@" in pattern:
        pattern = re.sub(r"@(\w+)@", lambda name: fragments[name.group(1)], pattern)
    return pattern


def _matches(
    body: str, paragraphs: Sequence[tuple[int, int]]
) -> list[tuple[TimeRule, re.Match[str]]]:
    """Return the matches that hold their place: an earlier rule keeps what a later one would overlap.

    An expression stands in one of the paragraphs, and is looked for in those only that hold a word of its rule.
    """
    taken = bytearray(len(body))
    kept = []
    places = {
        words: [
            (first, last)
            for first, last in paragraphs
            if any(body.find(word, first, last) >= 0 for word in words)
        ]
        for words in _words_of_rules()
        if any(word in body for word in words)
    }
    for rule in time_rules():
        for first, last in places.get(rule.words, ()):
            for match in rule.pattern.finditer(body, first, last):
                start, end = match.span()
                if any(taken[start:end]):
                    continue
                if rule.resolver == "decade" and _PERSONAL.search(body, max(0, start - 12), start):
                    continue
                taken[start:end] = b"\x01" * (end - start)
                kept.append((rule, match))
    return sorted(kept, key=lambda pair: pair[1].start())


def _mention(
    reading: Reading,
    match: re.Match[str],
    resolved: Resolved | None,
    rule: str,
    context: _Context,
) -> TimeMention:
    start, end = match.span()
    article = reading.article
    groups = match.groupdict()
    refused = "event" if rule == "event_anchored" else "none"
    if resolved is None and context.published_on is None and refused == "none":
        rule = f"{rule}_unpublished"
    return TimeMention(
        time_mention_id=stable_id(article.article_id, article.article_version, "time", start, end),
        sentence_index=reading.sentence_at(start).sentence_index,
        text=reading.text(start, end),
        char_start=start,
        char_end=end,
        date_start=resolved.start if resolved else None,
        date_end=resolved.end if resolved else None,
        date_precision=resolved.precision if resolved else None,
        anchor=resolved.anchor if resolved else refused,
        rule=rule,
        part_of_day=_part_of_day(groups.get("pod"), match.group().lower()),
    )


def _part_of_day(word: str | None, text: str) -> str | None:
    if word in {"dawn", "morning"} or text.startswith("early "):
        return "morning"
    if word in {"midday", "noon", "afternoon"}:
        return "afternoon"
    if word in {"evening", "dusk"}:
        return "evening"
    if word in {"night", "overnight"} or "night" in text or text.startswith("late "):
        return "night"
    return None


def _since(resolved: Resolved, context: _Context) -> Resolved | None:
    if context.published_on is None or context.published_on < resolved.start:
        return None
    end = context.published_on
    return Resolved(resolved.start, end, date_precision(resolved.start, end), resolved.anchor)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day(when: date | None, anchor: str) -> Resolved | None:
    return Resolved(when, when, 1, anchor) if when else None


def _interval(start: date | None, end: date | None, anchor: str) -> Resolved | None:
    if start is None or end is None or end < start:
        return None
    return Resolved(start, end, date_precision(start, end), anchor)


def _month_number(name: str) -> int:
    return _MONTHS[name.lower()[:3]]


def _number(text: str) -> int:
    return int(re.match(r"\d+", text).group())  # type: ignore[union-attr]


def _last_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _months_before(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _full_year(text: str, context: _Context) -> int:
    """Return the year of two or four digits; two digits mean the century that is not in the future."""
    year = int(text)
    if year >= 100:
        return year
    latest = (context.published_on.year if context.published_on else 2049) + 1
    return year + 2000 if year + 2000 <= latest and year < 50 else year + 1900


def _nearest(month: int, day: int, context: _Context) -> date | None:
    """Return the day without a year: the latest not after publication, the next one where the words look ahead."""
    if context.published_on is None:
        return _date(context.last_year, month, day) if context.last_year else None
    published = context.published_on
    if context.last_year and context.last_year < published.year - 1:
        return _date(context.last_year, month, day)
    candidates = [_date(published.year + shift, month, day) for shift in (-1, 0, 1)]
    days = [candidate for candidate in candidates if candidate]
    if _FUTURE.search(context.before):
        ahead = min((d for d in days if d >= published), default=None)
        # "A court will try those who attacked on 4 September" looks ahead, but not to the next September.
        if ahead is None or ahead - published <= _LOOKING_AHEAD:
            return ahead
    # A date of tomorrow is a difference of time zones, not of a year.
    return max((d for d in days if d <= published + timedelta(days=1)), default=None)


def _iso(groups: Groups, _context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    return _day(_date(*(int(groups[key] or 0) for key in "ymd")), "none")


def _numeric(groups: Groups, _context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    first, second, year = (int(groups[key] or 0) for key in ("a", "b", "y"))
    if groups["sep"] == "." or first > 12:
        return _day(_date(year, second, first), "none")
    if second > 12 or first == second:
        return _day(_date(year, first, second), "none")
    return None


def _absolute(groups: Groups, context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    month, day = _month_number(groups["m"] or ""), _number(groups["d"] or "")
    if groups.get("y"):
        return _day(_date(_full_year(groups["y"] or "", context), month, day), "none")
    return _day(
        _nearest(month, day, context), "published_on" if context.published_on else "mention"
    )


def _day_range(groups: Groups, context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    month = _month_number(groups["m"] or "")
    first, last = _number(groups["d1"] or ""), _number(groups["d2"] or "")
    if groups["y"]:
        year = int(groups["y"])
        return _interval(_date(year, month, first), _date(year, month, last), "none")
    end = _nearest(month, last, context)
    return _interval(_date(end.year, month, first), end, "published_on") if end else None


def _date_range(groups: Groups, context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    first = _number(groups["d1"] or groups["d1b"] or "")
    last = _number(groups["d2"] or groups["d2b"] or "")
    first_month = _month_number(groups["m1"] or groups["m1b"] or "")
    last_month = _month_number(groups["m2"] or groups["m2b"] or "")
    year_text = groups["y2"] or groups["y1"]
    end = _date(int(year_text), last_month, last) if year_text else None
    end = end or _nearest(last_month, last, context)
    if end is None:
        return None
    start_year = int(groups["y1"]) if groups["y1"] else end.year - (first_month > last_month)
    return _interval(
        _date(start_year, first_month, first), end, "none" if year_text else "published_on"
    )


def _year_range(
    groups: Groups, _context: _Context, _settings: Mapping[str, Any]
) -> Resolved | None:
    first, last = int(groups["y1"] or 0), int(groups["y2"] or 0)
    last = last if last >= 100 else first - first % 100 + last
    if not first < last <= first + 120:
        return None
    return Resolved(date(first, 1, 1), date(last, 12, 31), 5, "none")


def _month(groups: Groups, context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    month = _month_number(groups["m"] or groups.get("m2") or "")
    part = groups.get("part") or groups.get("part2")
    year_text, relation = groups.get("y"), groups.get("rel")
    published = context.published_on
    anchor = "none" if year_text else "published_on"
    if year_text:
        year = int(year_text)
    elif context.last_year and published and context.last_year < published.year - 1:
        year, anchor = context.last_year, "mention"
    elif published is None:
        return None
    elif relation == "next":
        year = published.year + (month <= published.month)
    elif relation == "this" or not _FUTURE.search(context.before):
        year = published.year - (
            month > published.month or (relation == "last" and month == published.month)
        )
    else:
        year = published.year + (month < published.month)
    first, last = _month_part(part, year, month)
    return Resolved(first, last, 4, anchor)


def _month_part(part: str | None, year: int, month: int) -> tuple[date, date]:
    end = _last_of_month(year, month)
    word = (part or "").lower()
    if word.startswith(("early", "the beg", "the start", "beg")):
        return date(year, month, 1), date(year, month, 10)
    if word.startswith(("mid", "the mid")):
        return date(year, month, 11), date(year, month, 20)
    if word.startswith(("late", "the end", "end")):
        return date(year, month, 21), end
    return date(year, month, 1), end


def _year_part(part: str | None, year: int) -> tuple[date, date]:
    word = (part or "").lower()
    if word.startswith(("early", "the beg", "the start", "beg")):
        return date(year, 1, 1), date(year, 4, 30)
    if word.startswith(("mid", "the mid")):
        return date(year, 5, 1), date(year, 8, 31)
    if word.startswith(("late", "the end", "end")):
        return date(year, 9, 1), date(year, 12, 31)
    return date(year, 1, 1), date(year, 12, 31)


def _year(groups: Groups, _context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    start, end = _year_part(groups.get("part"), int(groups["y"] or 0))
    return Resolved(start, end, 5, "none")


def _season(groups: Groups, context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    month = _SEASONS[groups["s"] or ""]
    if groups["y"]:
        return _season_of(int(groups["y"]), month, "none")
    published = context.published_on
    if published is None:
        return None
    relation = groups["rel"]
    seasons = [_season_of(published.year + shift, month, "published_on") for shift in (-1, 0, 1)]
    if relation == "next":
        return next((season for season in seasons if season.start > published), None)
    past = [s for s in seasons if (s.end if relation == "last" else s.start) <= published]
    return past[-1] if past else None


def _season_of(year: int, month: int, anchor: str) -> Resolved:
    end_year, end_month = divmod(year * 12 + month + 1, 12)
    return Resolved(date(year, month, 1), _last_of_month(end_year, end_month + 1), 5, anchor)


def _decade(groups: Groups, _context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    if groups["w"]:
        first = _DECADES[groups["w"]]
    elif groups["y2"]:
        first = int(groups["y2"]) + (1900 if int(groups["y2"]) >= 30 else 2000)
    else:
        first = int(groups["y"] or 0)
    shifts = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}
    start, end = shifts.get(groups["part"] or groups["part2"] or "", (0, 9))
    return Resolved(date(first + start, 1, 1), date(first + end, 12, 31), 5, "none")


def _fixed(_groups: Groups, _context: _Context, settings: Mapping[str, Any]) -> Resolved | None:
    return _day(date.fromisoformat(settings["date"]), "none")


def _holiday(groups: Groups, context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    month, day = _HOLIDAYS[(groups["h"] or "").lower().replace("\u2019", "'")]
    return _day(_nearest(month, day, context), "published_on")


def _back_to(weekday: int, from_day: date) -> date:
    """Return the latest day with that weekday that is not after `from_day`."""
    return from_day - timedelta(days=(from_day.weekday() - weekday) % 7)


def _weekday(groups: Groups, context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    weekday = _WEEKDAYS[(groups["w"] or "").lower()]
    modifier = (groups["mod"] or "").lower()
    published = context.published_on
    if modifier.endswith(("following", "previous")) and context.last_day:
        published, anchor = context.last_day, "mention"
    else:
        anchor = "published_on"
    if published is None:
        return None
    one_day = timedelta(days=1)
    if modifier in {"next", "coming", "this coming", "the following", "following"} or (
        modifier in {"", "this", "early", "late"} and _FUTURE.search(context.before)
    ):
        day = _back_to(weekday, published + timedelta(days=7))
        day = published if modifier == "" and weekday == published.weekday() else day
    elif modifier in {"last", "the previous", "previous", "this past", "past"}:
        day = _back_to(weekday, published - one_day)
    else:
        day = _back_to(weekday, published)
        if modifier == "" and published - day == 6 * one_day and follows_saying(context.before):
            # What was said is news: not six days old, but said where the next day had begun.
            day = published + one_day
    if "overnight" in modifier or groups["pod"] == "overnight":
        return Resolved(day - one_day, day, 2, anchor)
    return _day(day, anchor)


def _weekday_range(
    groups: Groups, context: _Context, _settings: Mapping[str, Any]
) -> Resolved | None:
    if context.published_on is None:
        return None
    end = _back_to(_WEEKDAYS[(groups["w2"] or "").lower()], context.published_on)
    start = _back_to(_WEEKDAYS[(groups["w1"] or "").lower()], end)
    return _interval(start, end, "published_on")


def _offset(_groups: Groups, context: _Context, settings: Mapping[str, Any]) -> Resolved | None:
    if context.published_on is None:
        return None
    return _day(context.published_on + timedelta(days=settings["days"]), "published_on")


def _overnight(_groups: Groups, context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    published = context.published_on
    return (
        _interval(published - timedelta(days=1), published, "published_on") if published else None
    )


def _weekend(groups: Groups, context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    published = context.published_on
    if published is None:
        return None
    relation = (groups["rel"] or "").lower()
    if relation in {"next", "coming"}:
        saturday = _back_to(5, published + timedelta(days=7))
    elif relation in {"last", "this past", "the past", "past"}:
        saturday = _back_to(5, _back_to(0, published) - timedelta(days=1))
    else:
        saturday = _back_to(5, published)
    return Resolved(saturday, saturday + timedelta(days=1), 2, "published_on")


def _calendar(groups: Groups, context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    published = context.published_on
    if published is None:
        return None
    relation = (groups["rel"] or "").lower()
    shift = {"this": 0, "last": -1, "the previous": -1, "next": 1, "the following": 1}[relation]
    part = (groups["part"] or "").lower()
    if groups["unit"] == "week":
        monday = _back_to(0, published) + timedelta(days=7 * shift)
        start, end, precision = monday, monday + timedelta(days=6), 3
    elif groups["unit"] == "month":
        month = _months_before(published.replace(day=1), -shift)
        start, end = _month_part(part if shift else None, month.year, month.month)
        precision = 4
    else:
        start, end = _year_part(part if shift else None, published.year + shift)
        precision = 5
    if shift == 0 and part != "later" and not _FUTURE.search(context.before):
        end = published
        precision = (
            min(precision, max(date_precision(start, end), 2))
            if groups["unit"] == "week"
            else precision
        )
    elif shift == 0 and part == "later":
        start = published
    return Resolved(start, end, precision, "published_on")


def _amount(text: str | None) -> int | None:
    """Return the number that the words say, None where they are vague ("several")."""
    if text is None:
        return 1
    return int(text) if text.isdigit() else _NUMBERS.get(text.lower())


def _past_span(groups: Groups, context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    published, amount = context.published_on, _amount(groups["n"])
    if published is None or amount is None:
        return None
    unit = (groups["unit"] or "").rstrip("s")
    if unit == "hour":
        start = published - timedelta(days=max(1, -(-amount // 24)))
    elif unit in _UNITS_OF_DAYS:
        start = published - timedelta(days=amount * _UNITS_OF_DAYS[unit])
    else:
        months = {"month": 1, "year": 12, "decade": 120}[unit]
        start = _months_before(published, amount * months)
    return _interval(start, published, "published_on")


def _shifted(day: date, amount: int, unit: str, anchor: str) -> Resolved | None:
    """Return the day `amount` units after `day` (before it where negative); longer units are known less exactly."""
    if unit == "day":
        margin = 0 if abs(amount) <= 10 else 2
        middle = day + timedelta(days=amount)
        return _interval(middle - timedelta(days=margin), middle + timedelta(days=margin), anchor)
    if unit == "week":
        margin = 1 if abs(amount) == 1 else 3
        middle = day + timedelta(days=7 * amount)
        return _interval(middle - timedelta(days=margin), middle + timedelta(days=margin), anchor)
    if unit == "month":
        month = _months_before(day, -amount)
        return Resolved(month.replace(day=1), _last_of_month(month.year, month.month), 4, anchor)
    years = amount * (10 if unit == "decade" else 1)
    year = day.year + years
    return Resolved(date(year, 1, 1), date(year, 12, 31), 5, anchor) if year > 0 else None


def _ago(groups: Groups, context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    published = context.published_on
    unit = (groups["unit"] or groups["n"] or "").rstrip("s")
    if published is None:
        return None
    yesterday = published - timedelta(days=1)
    if unit == "hour":
        return _interval(yesterday, published, "published_on")
    if unit == "day" and (groups["n"] or "").lower() in {"a few", "few", "several", "some", "days"}:
        return _interval(published - timedelta(days=6), yesterday, "published_on")
    amount = _amount(groups["n"]) if groups["unit"] else None
    return _shifted(published, -amount, unit, "published_on") if amount else None


def _earlier(groups: Groups, context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    amount = _amount(groups["n"])
    later = groups["dir"] == "later"
    day, anchor = (
        (context.last_day, "mention")
        if context.last_day
        else (context.published_on, "published_on")
    )
    if day is None or amount is None or (later and anchor == "published_on"):
        return None
    return _shifted(day, amount if later else -amount, (groups["unit"] or "").rstrip("s"), anchor)


def _adjacent(groups: Groups, context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    shift = 1 if groups["next"] else 0 if groups["same"] else -1
    if context.last_day:
        return _day(context.last_day + timedelta(days=shift), "mention")
    if context.published_on is None or shift > 0:
        return None
    return _day(context.published_on + timedelta(days=shift), "published_on")


def _day_of_month(
    groups: Groups, context: _Context, _settings: Mapping[str, Any]
) -> Resolved | None:
    published, day = context.published_on, _number(groups["d"] or "")
    if published is None:
        return None
    month = published if day <= published.day else _months_before(published.replace(day=1), 1)
    return _day(_date(month.year, month.month, day), "published_on")


def _refuse(_groups: Groups, _context: _Context, _settings: Mapping[str, Any]) -> Resolved | None:
    return None


_RESOLVERS: Mapping[str, Resolver] = {
    "iso": _iso,
    "numeric": _numeric,
    "day_range": _day_range,
    "date_range": _date_range,
    "absolute": _absolute,
    "year_range": _year_range,
    "month": _month,
    "season": _season,
    "decade": _decade,
    "year": _year,
    "fixed": _fixed,
    "holiday": _holiday,
    "weekday_range": _weekday_range,
    "weekday": _weekday,
    "offset": _offset,
    "overnight": _overnight,
    "weekend": _weekend,
    "calendar": _calendar,
    "past_span": _past_span,
    "refuse": _refuse,
    "event": _refuse,
    "ago": _ago,
    "earlier": _earlier,
    "adjacent": _adjacent,
    "day_of_month": _day_of_month,
}
