"""Save one changed case: beside stock git, and as the interface feels it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from itertools import count

from store.crypto import identity
from store.trust.paths import case_path
from store.vault import Vault
from tests.bench.measure import Figure, environment, in_turn, measured_in, seconds
from tests.bench.repositories import Made, Shelf
from tests.bench.scale import Scale

__all__ = ["deferred", "in_step", "signing_git"]

_SLOWEST = 0.010
_ROWS = 64
"""So many different cases are changed in turn."""


class _Desk:
    """An open repository, where one case after the other is changed a little."""

    def __init__(self, made: Made) -> None:
        self.made = made
        self.vault = Vault.open(made.repository, identity.unlock(made.home))
        self._ids = [row.id for row in self.vault.summaries()[:_ROWS]]
        self._turns = count(time.time_ns())  # no value that an earlier run has set
        self.last = ""

    def save(self) -> None:
        """Change a case and save it, with its mirror or without, as the vault is set."""
        turn = next(self._turns)
        self.last = self._ids[turn % _ROWS]
        with self.vault.edit(self.last, why="The new interview dates it") as case:
            case.set("overview.lead", f"editor {turn}")
        assert self.vault.last_save is not None

    def save_only(self) -> float:
        """Time a save whose mirror waits; it is settled after the clock has stopped."""
        self.vault.settles_later = True
        taken = seconds(self.save)
        self.vault.settle()
        return taken

    def save_in_step(self) -> float:
        """Time a save with index and work tree."""
        self.vault.settles_later = False
        return seconds(self.save)

    def commit_by_git(self) -> float:
        """Time `git add` and `git commit -S` of what was saved last, in the clone."""
        path = case_path("main", self.last)
        shutil.copyfile(
            os.path.join(self.made.repository, path), os.path.join(self.made.clone, path)
        )
        git = signing_git(self.made.clone, self.made.home)
        start = time.perf_counter()
        for line in (["add", "--", path], ["commit", "-S", "-q", "-m", "edit case"]):
            subprocess.run([*git, *line], check=True, env=environment())
        return time.perf_counter() - start


def signing_git(clone: str, home: str) -> list[str]:
    """Give the beginning of a git command that can sign commits as the member whose home it is."""
    settings = {
        "gpg.format": "ssh",
        "user.signingKey": os.path.join(home, "signing_key"),
        "user.name": "nour",
        "user.email": "nour@dalil.invalid",
        "gc.auto": "0",
    }
    pairs = (part for pair in settings.items() for part in ("-c", "=".join(pair)))
    return ["git", "-C", clone, *pairs]


def in_step(shelf: Shelf, scale: Scale) -> Iterator[Figure]:
    """Save a case with index and work tree in step, beside stock git with the same bytes."""
    for size in scale.sizes:
        desk = _Desk(shelf.cases(size))
        desk.save_in_step()
        desk.commit_by_git()  # once for nothing: git refreshes what the copying made stale
        taken, peer = in_turn(scale.rounds_of(15), desk.save_in_step, desk.commit_by_git)
        desk.vault.close()
        what = f"save 1 of {size:,}, index and work tree in step"
        words = f"{measured_in(peer)} git add + commit -S"
        yield Figure(what, measured_in(taken), words, taken / peer, 0.4)


def deferred(shelf: Shelf, scale: Scale) -> Iterator[Figure]:
    """Save a case as the interface does: index and work tree follow later."""
    desks = [_Desk(shelf.cases(size)) for size in scale.sizes]
    for desk in desks:
        desk.save_only()
    taken = in_turn(scale.rounds_of(31), *(desk.save_only for desk in desks))
    for desk in desks:
        desk.vault.close()
    for size, value in zip(scale.sizes, taken, strict=True):
        what = f"save 1 of {size:,}, mirror deferred"
        yield Figure(what, measured_in(value), "", value * 1000, _SLOWEST * 1000, "ms")
    if len(taken) > 1:
        what = f"the same at {scale.sizes[1]:,} and {scale.sizes[0]:,}"
        peer = f"{measured_in(taken[0])} at {scale.sizes[0]:,}"
        yield Figure(what, measured_in(taken[1]), peer, taken[1] / taken[0], 1.25)
