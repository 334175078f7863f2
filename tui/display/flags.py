"""The sign of a conflict, which is the same wherever one is seen."""

from __future__ import annotations

__all__ = ["FLAG", "flag"]

FLAG = "⚑"


def flag(count: int) -> str:
    """Give the sign with how many there are; nothing for none."""
    return f"{FLAG} {count}" if count else ""
