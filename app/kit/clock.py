"""The one place that reads the time, so that a test can set it."""

from collections.abc import Callable
from datetime import UTC, date, datetime


def _system_time() -> datetime:
    return datetime.now(UTC)


# A test replaces this by `monkeypatch.setattr(clock, "source", lambda: datetime(...))`.
source: Callable[[], datetime] = _system_time


def now() -> datetime:
    """The present moment in UTC, whole microseconds, aware."""
    return source()


def today() -> date:
    """The present day in UTC. Nobody's report turns on the hour between UTC and British Summer Time."""
    return now().date()
