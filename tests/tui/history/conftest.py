"""The trail of a small team, built once, and copied for each test that changes it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.tui.history import trail


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the repository and the homes; not to be changed."""
    folder = tmp_path_factory.mktemp("trail")
    trail.build(folder)
    return folder


@pytest.fixture
def place(built: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    shutil.copytree(built, tmp_path / "trail")
    return tmp_path / "trail"
