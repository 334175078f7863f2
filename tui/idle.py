"""When was somebody last here? The clock behind the idle lock."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["IdleClock"]


def _seconds() -> float:
    # Unlike the monotonic clock, this one goes on while a laptop sleeps.
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class IdleClock:
    """Count the time since the last sign of life; `limit` is in seconds, 0 for never."""

    def __init__(self, limit: float, now: Callable[[], float] = _seconds) -> None:
        self._limit = limit
        self._now = now
        self._last = now()

    def touch(self) -> None:
        """Note a sign of life."""
        self._last = self._now()

    @property
    def remaining(self) -> float | None:
        """Seconds until the limit is reached, 0 when it is; None when there is no limit."""
        if not self._limit:
            return None
        return max(0.0, self._last + self._limit - self._now())
