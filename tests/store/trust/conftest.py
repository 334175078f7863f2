"""The team that the tests of this folder work with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.trust.team import Team


@pytest.fixture
def team(tmp_path: Path) -> Team:
    """Give a team whose repository has its root commit."""
    made = Team(tmp_path)
    made.found()
    return made
