"""The trail of a small team, and somebody who is about to join; copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from store.crypto import identity
from tests.tui.history import trail


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the repository and the homes; not to be changed."""
    folder = tmp_path_factory.mktemp("people")
    trail.build(folder)
    identity.create(str(folder / "rim"), passphrase=None, comment="")
    return folder


@pytest.fixture
def place(built: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    shutil.copytree(built, tmp_path / "people")
    return tmp_path / "people"
