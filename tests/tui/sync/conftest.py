"""The team, founded once, and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.tui.sync.team import HANDLES, Team, build


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a team in step; not to be changed."""
    return build(tmp_path_factory.mktemp("team")).folder


@pytest.fixture
def team(founded: Path, tmp_path: Path) -> Team:
    """A copy that a test may change; its members meet at its own server."""
    shutil.copytree(founded, tmp_path / "team")
    team = Team(tmp_path / "team")
    for handle in HANDLES:
        team.connect(handle)
    return team
