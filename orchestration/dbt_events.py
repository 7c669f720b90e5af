"""dbt's events, without those that nobody listens to.

dbt makes a message of every query and of every step of a node, and a line of text or JSON of it, before it looks
whether a log wants the line. Of ten events nine are for the developers of dbt.
"""

from __future__ import annotations

from typing import Any

from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager

_FOR_DEVELOPERS = frozenset({EventLevel.DEBUG, EventLevel.TEST})


class ListenedEventManager(EventManager):
    """Drops what is for dbt's developers, unless a log is kept of it; callbacks hear what is left."""

    def fire_event(
        self,
        e: BaseEvent,
        level: EventLevel | None = None,
        node: Any = None,
        force_warn_or_error_handling: bool = False,
    ) -> None:
        """Hand an event to the logs."""
        unheard = (level or e.level_tag()) in _FOR_DEVELOPERS and not any(
            logger.level in _FOR_DEVELOPERS for logger in self.loggers
        )
        if force_warn_or_error_handling or not unheard:
            super().fire_event(e, level, node, force_warn_or_error_handling)


def drop_unheard_events() -> None:
    """Let dbt, in this process, fire only events that are listened to."""
    ctx_set_event_manager(ListenedEventManager())
