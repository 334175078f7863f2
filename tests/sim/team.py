"""A team of clones: who is in it, where their copies are, and the remote at which they meet."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import NamedTuple

from store.crypto import identity
from store.crypto.identity import MemberIdentity
from store.founding import found
from store.remote.clone import clone
from store.trust.policy import Member, Role
from store.vault import Vault
from tests.store.office import Office

__all__ = ["ADMINS", "PEOPLE", "Seat", "Team", "fast_folder"]

PEOPLE: dict[str, tuple[Role, tuple[str, ...]]] = {
    "nour": ("admin", ("main", "witness")),
    "rana": ("admin", ("main", "witness")),
    "omar": ("editor", ("main", "witness")),
    "sami": ("editor", ("main",)),
    "lina": ("editor", ("main",)),
}
ADMINS = ("nour", "rana")
_START = 1_790_000_000


def fast_folder() -> tempfile.TemporaryDirectory[str]:
    """Make a folder in memory where there is one: no power fails in this game."""
    memory = "/dev/shm"  # noqa: S108 - a folder of its own in it
    return tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None)


class Seat(NamedTuple):
    """Somebody at work: their open copy."""

    who: str
    vault: Vault
    office: Office


class Team:
    """Five clones and a bare remote, in one folder; a clock that all of them read differently."""

    def __init__(self, folder: Path, skews: dict[str, int]) -> None:
        self.folder = folder
        self.seats: dict[str, Seat] = {}
        self.now = _START
        homes = {who: folder / f"home-{who}" for who in PEOPLE}
        for who, home in homes.items():
            identity.create(home, passphrase=None, comment=who)
        self.keys = {who: identity.unlock(home) for who, home in homes.items()}
        first = Office(folder / "nour", homes)
        root = found(
            str(first.folder),
            "Unit",
            "nour",
            self.keys["nour"],
            members={who: _member(who, self.keys[who]) for who in PEOPLE if who != "nour"},
            compartments=("main", "witness"),
            clock=lambda: _START,
        )
        self.remote = first.clone(folder / "remote.git", "--bare")
        first.folder.rename(folder / "founded")
        for who in PEOPLE:
            clone(str(self.remote.folder), str(folder / who), expected=root)
            office = Office(folder / who, homes)
            skew = skews[who]
            vault = office.open(who, clock=lambda skew=skew: float(self.now + skew))
            vault.settles_later = True
            self.seats[who] = Seat(who, vault, office)

    def close(self) -> None:
        """End the git processes."""
        for seat in self.seats.values():
            seat.vault.close()


def _member(who: str, keys: MemberIdentity) -> Member:
    role, compartments = PEOPLE[who]
    return Member(role, (keys.signer.public,), (keys.age.recipient,), compartments)
