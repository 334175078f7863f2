"""The office that the tests of merging work in, twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.conftest import office, template
from tests.store.office import Office

__all__ = ["office", "template"]


@pytest.fixture
def other(office: Office, tmp_path: Path) -> Office:
    """Give another clone of the office, which goes its own way from here."""
    return office.copy(tmp_path / "other")
