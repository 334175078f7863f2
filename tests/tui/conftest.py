"""One small repository for all tests of the interface, copied for each, and homes beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from store.crypto import identity, passphrase
from store.crypto.signer import FileSigner
from store.founding import found
from store.vault import Vault
from tui import i18n
from tui.app import DalilApp

PASSPHRASE = "lamp river seven onion"  # noqa: S105 - of a key that tests make
CASE_ID = "0123456789abcdef0123"


@pytest.fixture(autouse=True)
def _english() -> None:
    i18n.use("en")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `repository`, `home` (no passphrase) and `locked-home`, of the same member."""
    folder = tmp_path_factory.mktemp("made")
    quick = identity.Cost(log_n=10, rounds=4)
    identity.create(folder / "home", passphrase=None, comment="test", cost=quick)
    _lock(folder / "home", folder / "locked-home")
    member = identity.unlock(folder / "home")
    found(str(folder / "repository"), "Night desk", "nour", member)
    with (
        Vault.open(str(folder / "repository"), member) as vault,
        vault.new(why="first", case_id=CASE_ID) as case,
    ):
        case.set("overview.title", "A shop owner taken at a checkpoint")
    return folder


def _lock(home: Path, locked: Path) -> None:
    """Lock a copy of an identity by a passphrase, with little work."""
    shutil.copytree(home, locked)
    age_file, sign_file = locked / "age_identity", locked / "signing_key"
    age_file.write_bytes(passphrase.lock(age_file.read_bytes(), PASSPHRASE, log_n=10))
    sign_file.write_bytes(FileSigner.load(sign_file.read_bytes()).dump(PASSPHRASE, rounds=4))


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """A copy of `made`, to change."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def app(place: Path) -> DalilApp:
    """The interface for a member without a passphrase."""
    return DalilApp(place / "repository", place / "home")


@pytest.fixture
def locked_app(place: Path) -> DalilApp:
    """The interface for a member with a passphrase."""
    return DalilApp(place / "repository", place / "locked-home")
