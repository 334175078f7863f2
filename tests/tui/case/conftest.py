"""A repository with one full case and a second member, for the screens of a case."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.crypto import identity
from store.founding import found
from store.vault import Vault
from tests.tui.case.papers import CASE_ID, PAPERS, papers
from tui.app import DalilApp


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `repository` and `home`; not to be changed."""
    folder = tmp_path_factory.mktemp("shelf")
    identity.create(folder / "home", passphrase=None, comment="test")
    member = identity.unlock(folder / "home")
    found(str(folder / "repository"), "Night desk", "nour", member)
    with (
        Vault.open(str(folder / "repository"), member) as vault,
        vault.new(why="first", case_id=CASE_ID) as case,
    ):
        case.data.update({key: papers().data[key] for key in PAPERS})
    return folder


@pytest.fixture
def desk(shelf: Path, tmp_path: Path) -> Path:
    """A copy, to change."""
    shutil.copytree(shelf, tmp_path / "desk")
    return tmp_path / "desk"


@pytest.fixture
def app(desk: Path) -> DalilApp:
    """The interface on the copy."""
    return DalilApp(desk / "repository", desk / "home")


@pytest.fixture
def other(desk: Path) -> Iterator[Vault]:
    """The same repository, opened by somebody else meanwhile."""
    with Vault.open(str(desk / "repository"), identity.unlock(desk / "home")) as vault:
        yield vault
