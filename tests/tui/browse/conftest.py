"""One repository of a dozen cases for the tests of the list, copied for each of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.tui.browse.shelf import make_repository
from tui.app import DalilApp


@pytest.fixture(scope="session")
def dozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `repository`, `home-nour` and `home-lina`."""
    folder = tmp_path_factory.mktemp("dozen")
    make_repository(folder)
    return folder


@pytest.fixture
def shelf(dozen: Path, tmp_path: Path) -> Path:
    """A copy of it, to change."""
    shutil.copytree(dozen, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def browser(shelf: Path) -> DalilApp:
    """The interface for the admin."""
    return DalilApp(shelf / "repository", shelf / "home-nour")


@pytest.fixture
def reviewer(shelf: Path) -> DalilApp:
    """The interface for a member to whom one compartment is sealed."""
    return DalilApp(shelf / "repository", shelf / "home-lina")
