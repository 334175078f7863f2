"""Two members, each with a copy of their own, and the bare repository where they meet."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from store.crypto import identity
from store.founding import found
from store.remote import state as states
from store.remote.clone import clone
from store.remote.sync import Synced, sync
from store.repo.create import git_dir_of
from store.trust.policy import Member
from store.vault import Vault
from tests.store.office import Office
from tests.store.remote.remotes import bare
from tui.app import DalilApp

SHOP, HOUSE = "5a" + "0" * 18, "7b" + "1" * 18
HANDLES = ("nour", "sami")


class Team(NamedTuple):
    """A folder with `server.git`, and for each member a home and a `<handle>-copy`."""

    folder: Path

    @property
    def server(self) -> Path:
        """Where they meet."""
        return self.folder / "server.git"

    def home(self, handle: str) -> Path:
        """Where a member's keys and settings are."""
        return self.folder / handle

    def copy(self, handle: str) -> Path:
        """Give a member's copy."""
        return self.folder / f"{handle}-copy"

    def app(self, handle: str) -> DalilApp:
        """Make the interface for a member."""
        return DalilApp(self.copy(handle), self.home(handle))

    def open(self, handle: str) -> Vault:
        """Open a member's copy."""
        return Vault.open(str(self.copy(handle)), identity.unlock(self.home(handle)))

    def edit(self, handle: str, field: str, value: str, case_id: str = SHOP) -> None:
        """Save a field, as a member who is at their desk."""
        with self.open(handle) as vault, vault.edit(case_id, why="She told us so") as case:
            case.set(field, value)

    def sync(self, handle: str) -> Synced:
        """Sync, as a member elsewhere does."""
        with self.open(handle) as vault:
            return sync(vault)

    def connect(self, handle: str, url: str = "") -> None:
        """Make a copy know the server by another address, or for the first time."""
        git_dir = git_dir_of(str(self.copy(handle)))
        remotes = states.read(git_dir)
        known = remotes.get("origin", states.Known(""))
        states.write(git_dir, {"origin": known._replace(url=url or str(self.server))})

    def forget_remotes(self, handle: str) -> None:
        """Make a copy know of no remote."""
        states.write(git_dir_of(str(self.copy(handle))), {})


def build(folder: Path) -> Team:
    """Found the repository, with two cases, and give each member a copy in step with the server."""
    team = Team(folder)
    for handle in HANDLES:
        identity.create(team.home(handle), passphrase=None, comment="")
    keys = identity.public(team.home("sami"))
    members = {"sami": Member("editor", (keys.sign,), (keys.age,), ("main",))}
    nour = identity.unlock(team.home("nour"))
    root = found(str(team.copy("nour")), "Unit", "nour", nour, members=members)
    with team.open("nour") as vault:
        _write(vault)
    bare(Office(team.copy("nour"), {}), team.server)
    clone(str(team.server), str(team.copy("sami")), expected=root)
    team.connect("nour")
    team.sync("nour")
    return team


def _write(vault: Vault) -> None:
    with vault.new(why="taken in", case_id=SHOP) as case:
        case.set("overview.reference", "SY-2024-0017")
        case.set("overview.title", "Disappearance of a shop owner")
        case.set("overview.status", "building")
    with vault.new(why="taken in", case_id=HOUSE) as case:
        case.set("overview.reference", "SY-2025-0002")
        case.set("overview.title", "A house taken over")
        case.set("overview.status", "intake")
