"""What dbt tells is written where somebody listens, and only there."""

import io

import pytest
from dbt.events.types import JinjaLogDebug
from dbt_common.events.base_types import EventLevel, EventMsg
from dbt_common.events.logger import LoggerConfig
from dbt_common.events.types import Note
from dbt_common.exceptions.events import EventCompilationError

from orchestration.dbt_events import ListenedEventManager


def written(level: EventLevel, *events: EventLevel) -> list[str]:
    """Return the lines of a log of a level, of events of these levels."""
    stream = io.StringIO()
    manager = ListenedEventManager()
    manager.add_logger(LoggerConfig(name=f"log of {level}", level=level, output_stream=stream))
    for event in events:
        manager.fire_event(Note(msg=event.value), level=event)
    return [line.split()[-1] for line in stream.getvalue().splitlines()]


def test_a_log_holds_what_it_would_hold_anyway() -> None:
    assert written(EventLevel.INFO, *EventLevel) == ["info", "warn", "error"]
    assert written(EventLevel.DEBUG, *EventLevel) == ["debug", "test", "info", "warn", "error"]


def test_nothing_is_made_of_an_event_that_no_log_wants() -> None:
    heard: list[EventMsg] = []
    manager = ListenedEventManager()
    manager.add_callback(heard.append)
    for level in EventLevel:
        manager.fire_event(Note(msg=level.value), level=level)
    manager.fire_event(JinjaLogDebug(msg="debug by nature"))
    assert [message.info.msg for message in heard] == ["info", "warn", "error"]


def test_a_warning_that_is_an_error_is_raised_whatever_its_level() -> None:
    manager = ListenedEventManager()
    manager.warn_error = True
    with pytest.raises(EventCompilationError):
        manager.fire_event(
            Note(msg="a warning"), level=EventLevel.DEBUG, force_warn_or_error_handling=True
        )
