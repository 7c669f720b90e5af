"""Dates and intervals: every rule's examples, and the anchors that a date is counted from.

The trap: a parser of dates puts "Tuesday" in a Tuesday story a week early, and counts from today where the article
has no date. Both would silently misdate every incident.
"""

from __future__ import annotations

from datetime import date

import pytest
import spacy

from extract.language.reading import Reading, build_reading
from extract.language.times import TimeRule, date_precision, find_times, time_rules
from extract.records import Article, TimeMention

TUESDAY = date(2023, 9, 19)


BLANK = spacy.blank("en")


def read(body: str, published_on: date | None = TUESDAY) -> Reading:
    return build_reading(Article(article_id="a", body=body, published_on=published_on), BLANK)


def shown(mention: TimeMention) -> str:
    if mention.date_start is None:
        return "refused"
    return f"{mention.date_start}..{mention.date_end} ({mention.date_precision})"


EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.rule_id}: {example}")
    for rule in time_rules()
    for example in rule.examples
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_every_example_of_a_rule_resolves_as_written(rule: TimeRule, example: str) -> None:
    text, _, expected = example.partition(" => ")
    mentions = find_times(read(text))
    if expected == "nothing":
        assert mentions == ()
        return
    assert shown(mentions[-1]) == expected
    assert mentions[-1].rule.startswith(rule.rule_id)


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "on Monday",
        "last week",
        "overnight",
        "two days ago",
        "on 4 May",
        "in May",
        "this year",
    ],
)
def test_relative_expressions_are_refused_without_a_publication_date(text: str) -> None:
    (mention,) = find_times(read(f"It happened {text}.", None))
    assert (mention.date_start, mention.date_end, mention.date_precision) == (None, None, None)
    assert mention.anchor == "none"
    assert mention.rule.endswith("_unpublished")


@pytest.mark.parametrize(
    "text", ["999999 years ago", "99999999999 days ago", "4000 weeks ago", "last month", "on 2 May"]
)
def test_what_lies_outside_the_calendar_is_refused(text: str) -> None:
    for day in (date.min, date.max):
        assert all(
            mention.date_start is None or mention.date_start <= (mention.date_end or date.min)
            for mention in find_times(read(text, day))
        )
    assert find_times(read("999999 years ago"))[0].date_start is None


def test_absolute_dates_need_no_publication_date() -> None:
    (mention,) = find_times(read("It happened on 4 May 2021.", None))
    assert shown(mention) == "2021-05-04..2021-05-04 (1)"


@pytest.mark.parametrize(
    "text",
    [
        "They fought for three days.",
        "The talks go on daily.",
        "It will last until the end.",
        "A three-day siege ended a decades-long dispute.",
        "A 24-hour truce held.",
        "A 30-year-old man and a boy aged 10 died.",
        "About 2,020 people of 1,998 families left.",
        "They cease fire immediately.",
        "The 47th brigade held Route 2020.",
    ],
)
def test_durations_frequencies_and_counts_are_no_dates(text: str) -> None:
    assert find_times(read(text)) == ()


@pytest.mark.parametrize(
    ("published_on", "expected"),
    [
        (date(2023, 9, 18), date(2023, 9, 18)),
        (date(2023, 9, 19), date(2023, 9, 18)),
        (date(2023, 9, 24), date(2023, 9, 18)),
        (date(2024, 1, 1), date(2024, 1, 1)),
        (date(2024, 1, 2), date(2024, 1, 1)),
    ],
)
def test_a_weekday_is_the_latest_one_and_may_be_the_day_of_publication(
    published_on: date, expected: date
) -> None:
    (mention,) = find_times(read("Rebels attacked on Monday.", published_on))
    assert (mention.date_start, mention.date_end) == (expected, expected)


def test_hours_after_something_was_said_dates_nothing_by_itself() -> None:
    (mention,) = find_times(read("It came just hours after the ministry said so."))
    assert (mention.date_start, mention.anchor) == (None, "event")


def test_earlier_counts_from_the_last_dated_day_nearby_else_from_publication() -> None:
    near = find_times(read("The town fell on 4 May 2021. A day earlier a bridge had been hit."))
    assert shown(near[1]) == "2021-05-03..2021-05-03 (1)"
    assert near[1].anchor == "mention"
    far = find_times(
        read("The town fell on 4 May 2021. One. Two. Three.\n\nA day earlier it rained.")
    )
    assert shown(far[1]) == "2023-09-18..2023-09-18 (1)"


def test_days_without_a_year_follow_a_past_year_of_their_paragraph() -> None:
    first, second = find_times(read("On 3 May 2014 the siege began and on 9 June it ended."))
    assert shown(first) == "2014-05-03..2014-05-03 (1)"
    assert shown(second) == "2014-06-09..2014-06-09 (1)"


def test_a_date_of_tomorrow_is_not_put_a_year_back() -> None:
    (mention,) = find_times(read("The post was hit on 20 September."))
    assert mention.date_start == date(2023, 9, 20)


def test_words_that_look_ahead_do_not_move_a_recent_date_a_year_on() -> None:
    body = "The court will try the men who shelled the market on 4 September."
    (mention,) = find_times(read(body))
    assert mention.date_start == date(2023, 9, 4)
    (mention,) = find_times(read("Talks will be held on 4 October."))
    assert mention.date_start == date(2023, 10, 4)


def test_a_report_of_the_next_weekday_was_made_where_that_day_had_begun() -> None:
    said, told = find_times(read("Police said on Wednesday that the road was mined on Wednesday."))
    assert said.date_start == date(2023, 9, 20)
    assert told.date_start == date(2023, 9, 13)


def test_parts_of_the_day_are_kept() -> None:
    mentions = find_times(read("Late Monday, then early on Tuesday, then yesterday afternoon."))
    assert [mention.part_of_day for mention in mentions] == ["night", "morning", "afternoon"]


def test_every_span_reproduces_its_text() -> None:
    body = "On Monday, 18 September, and in the late 1990s,\nand again last night, it rained."
    for mention in find_times(read(body)):
        assert body[mention.char_start : mention.char_end] == mention.text


@pytest.mark.parametrize(("days", "precision"), [(1, 1), (2, 2), (6, 2), (7, 3), (30, 4), (366, 5)])
def test_precision_follows_the_length(days: int, precision: int) -> None:
    start = date(2024, 1, 1)
    assert date_precision(start, date.fromordinal(start.toordinal() + days - 1)) == precision


def test_no_expression_goes_on_in_the_next_paragraph() -> None:
    reading = read("Injured people: 3\n\nMarch began with rain, they said on 2\n\nMay 2023.")
    assert [mention.text for mention in find_times(reading)] == ["May 2023"]
