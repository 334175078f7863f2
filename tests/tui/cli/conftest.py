"""A small team with a repository, and a way to run commands as one of them."""

from __future__ import annotations

import gc
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from store.crypto import identity
from store.founding import found
from store.trust.policy import Member
from store.vault import Vault
from tui.cli import main

ROLES = {"sami": ("editor", ("main",)), "lina": ("reviewer", ("main",))}


class Answer(NamedTuple):
    """What a command said."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a repository of three cases, and a home for each member."""
    folder = tmp_path_factory.mktemp("team")
    for handle in ("nour", *ROLES):
        identity.create(str(folder / handle), passphrase=None, comment="")
    members = {}
    for handle, (role, compartments) in ROLES.items():
        keys = identity.public(str(folder / handle))
        members[handle] = Member(
            role=role,  # type: ignore[arg-type] # the table above holds roles
            sign=(keys.sign,),
            age=(keys.age,),
            compartments=compartments,
        )
    nour = identity.unlock(str(folder / "nour"))
    repository = str(folder / "repository")
    found(repository, "Unit", "nour", nour, members=members, compartments=("main", "witness"))
    with Vault.open(repository, nour) as vault:
        _add(vault, "SY-2018-0003", "Warrants against three officers", "main", "Ali Mamlouk")
        _add(vault, "SY-2024-0001", "Forced return of a family", "main", "Rami Haddad")
        _add(vault, "SY-2024-0002", "A witness of the first case", "witness", "Salma Nasser")
    return folder


def _add(vault: Vault, reference: str, title: str, compartment: str, name: str) -> None:
    given, family = name.split()
    with vault.new(compartment=compartment, why="First account") as case:
        case.set("overview.reference", reference)
        case.set("overview.title", title)
        case.set("overview.kind", ["detention"])
        case.set("overview.status", "intake")
        case.add("people", {"id": "p1", "capacities": ["victim"]})
        case.set("people.p1.name.la", {"given": given, "family": family})


@pytest.fixture
def team(built: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    shutil.copytree(built, tmp_path / "team", symlinks=True)
    return tmp_path / "team"


Dalil = Callable[..., Answer]


@pytest.fixture
def dalil(
    team: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Dalil:
    """Run a command on the repository, as nour if nobody else is named."""

    def run(*arguments: str, by: str = "nour") -> Answer:
        monkeypatch.setenv("DALIL_HOME", str(team / by))
        monkeypatch.chdir(team / "repository")
        try:
            code = main(list(arguments))
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        finally:
            gc.enable()  # `show` does without, and ends
        said = capfdbinary.readouterr()
        return Answer(code, said.out.decode(), said.err.decode())

    return run
