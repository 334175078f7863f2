"""What all tests share."""

from __future__ import annotations

import pytest

_LONGEST_ID = 40


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name a test by its position where its parameter is long: keys are new in every process."""
    is_long = isinstance(val, str | bytes) and len(val) > _LONGEST_ID
    return argname if is_long else None
