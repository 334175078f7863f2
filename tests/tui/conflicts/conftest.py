"""A team of three and a case in conflict: nour is admin, sami editor, lina reviewer."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from store.crypto import identity
from store.founding import found
from store.trust.policy import Member
from store.vault import Vault
from tests.store.disputes import put
from tests.tui.case.papers import CASE_ID, PAPERS, papers
from tests.tui.conflicts.quarrel import quarrel
from tui.app import DalilApp

QUICK = identity.Cost(log_n=10, rounds=4)
OTHER_ID = "fedcba98765432100000"


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `repository` and a home for each; not to be changed."""
    folder = tmp_path_factory.mktemp("room")
    for handle in ("nour", "sami", "lina"):
        identity.create(folder / handle, passphrase=None, comment=handle, cost=QUICK)
    keys = {handle: identity.public(folder / handle) for handle in ("sami", "lina")}
    members = {
        handle: Member(
            role="editor" if handle == "sami" else "reviewer",
            sign=(keys[handle].sign,),
            age=(keys[handle].age,),
            compartments=("main",),
        )
        for handle in keys
    }
    nour, path = identity.unlock(folder / "nour"), str(folder / "repository")
    found(path, "Night desk", "nour", nour, members=members, compartments=("main", "witness"))
    with Vault.open(path, nour) as vault:
        with vault.new(why="first", case_id=CASE_ID) as case:
            case.data.update({key: papers().data[key] for key in PAPERS})
        with vault.new(why="first", case_id=OTHER_ID) as case:
            case.set("overview.title", "Nothing to argue about")
        put(vault, quarrel(vault.get(CASE_ID)))
    return folder


@pytest.fixture
def desk(room: Path, tmp_path: Path) -> Path:
    """A copy, to change."""
    shutil.copytree(room, tmp_path / "desk")
    return tmp_path / "desk"


Opened = Callable[[str], Vault]


@pytest.fixture
def opened(desk: Path) -> Opened:
    """Open the copy as somebody."""
    return lambda handle: Vault.open(str(desk / "repository"), identity.unlock(desk / handle))


@pytest.fixture
def app(desk: Path) -> DalilApp:
    """The interface on the copy, for nour."""
    return DalilApp(desk / "repository", desk / "nour")
