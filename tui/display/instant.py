"""An instant as a person reads it: in local time, and exactly, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["exact_time", "local_time"]


def local_time(instant: str) -> str:
    """Write an ISO instant in the time of this machine, to the minute.

    What is no instant (a commit may claim any) is given as it is.
    """
    try:
        return datetime.fromisoformat(instant).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError):
        return instant


def exact_time(instant: str) -> str:
    """Write an ISO instant in UTC, to the second; what is no instant as it is."""
    try:
        return datetime.fromisoformat(instant).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError):
        return instant
