"""Whether two values of a case are equal, and the value that stands for none."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

__all__ = ["MISSING", "Missing", "same"]


class Missing(Enum):
    """Nothing stands there; None is a value that an unknown key may have."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING


def same(one: Any, other: Any) -> bool:
    """Are two values equal? Unlike in Python, true is not 1, and 1 not 1.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)
