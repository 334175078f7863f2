"""Sync what a colleague saved: beside `git pull` of the same, and the decryption of what came."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from store.crypto import identity
from store.part import open_part
from store.remote import state as states
from store.remote.sync import sync as sync_with
from store.trust.paths import case_path
from store.vault import Vault
from tests.bench.measure import Figure, environment, in_turn, measured_in, seconds
from tests.bench.repositories import Made, Shelf
from tests.bench.saving import signing_git
from tests.bench.scale import Scale

__all__ = ["sync"]

_COUNT = 50
_LIMIT = 1.5


def sync(shelf: Shelf, scale: Scale) -> Iterator[Figure]:
    """Let changes come in; and the same while one of our own goes out, by a merge and a push."""
    made = shelf.cases(scale.cases)
    with tempfile.TemporaryDirectory() as folder:
        places = _places(made, folder)
        with _open(made, places.ours) as vault, _open(made, places.colleague) as colleague:
            colleague.settles_later = True
            for goes in (False, True):
                rounds = _Rounds(made, places, vault, colleague, goes=goes)
                taken, peer = in_turn(scale.rounds_of(7), rounds.ours, rounds.stock)
                what = f"sync, {_COUNT} changes come into {scale.cases:,} cases"
                words = f"{measured_in(peer)} git pull, decrypt the {_COUNT}"
                if goes:
                    what, words = f"{what}, one goes", words.replace("pull", "pull and push")
                yield Figure(what, measured_in(taken), words, taken / peer, _LIMIT)


class _Places(NamedTuple):
    """Folders: two copies and their remote, and a clone of stock git with a remote of its own."""

    ours: str
    colleague: str
    remote: str
    plain: str
    plain_remote: str


class _Rounds:
    """In each round a colleague saves and pushes; we take it in, and then stock git the same."""

    def __init__(
        self, made: Made, places: _Places, vault: Vault, colleague: Vault, *, goes: bool
    ) -> None:
        self._places, self._vault, self._colleague, self._goes = places, vault, colleague, goes
        self._git = signing_git(places.plain, made.home)
        ids = [row.id for row in vault.summaries()]
        self._own, *ids = ids[:: max(1, len(ids) // (_COUNT + 1))][: _COUNT + 1]
        self._ids = ids
        self._turns = count(1)
        self._base = self._new = vault.tip

    def ours(self) -> float:
        """Time a sync after the colleague's."""
        places, self._base = self._places, self._vault.tip
        sync_with(self._colleague)
        for case_id in self._ids:
            self._edit(self._colleague, case_id)
        self._new = self._colleague.tip
        _push(places.colleague, places.remote, self._new)
        if self._goes:
            self._edit(self._vault, self._own)
        taken = seconds(lambda: self._came(_COUNT))
        assert _tip(places.remote) == self._vault.tip
        return taken

    def stock(self) -> float:
        """Time stock git with the same commits, from the same place on."""
        places = self._places
        _push(places.remote, places.plain_remote, self._base)
        for line in (["fetch", "-q"], ["reset", "-q", "--hard", "@{upstream}"]):
            self._run(*line)
        if self._goes:
            path = os.path.join(places.plain, case_path("main", self._own))
            with open(path, "wb") as file:
                file.write(os.urandom(5_000))
            self._run("commit", "-q", "-a", "-S", "-m", "edit case")
        _push(places.remote, places.plain_remote, self._new)
        keys, objects = self._vault.keys_of("main"), self._vault.objects
        blobs = [self._vault.places(one, self._new)["main"] for one in self._ids]

        def take_in() -> None:
            self._run("pull", "-q", "--no-rebase", "--no-edit", *(["-S"] if self._goes else []))
            if self._goes:
                self._run("push", "-q")
            for _, data in objects.read_many(blobs):
                open_part(data, keys)

        return seconds(take_in)

    def _came(self, expected: int) -> None:
        done = sync_with(self._vault)
        assert done.state == "done", done
        assert sum(len(one.cases) for one in done.incoming) == expected

    def _edit(self, vault: Vault, case_id: str) -> None:
        with vault.edit(case_id, why="The new interview dates it") as case:
            case.set("overview.lead", f"editor {next(self._turns)}")

    def _run(self, *words: str) -> None:
        subprocess.run([*self._git, *words], check=True, env=environment())


def _places(made: Made, folder: str) -> _Places:
    """Make all of them from a repository, which stays as it is."""
    places = _Places(*(os.path.join(folder, name) for name in _Places._fields))
    shutil.copytree(made.repository, places.ours)
    shutil.copytree(os.path.join(made.repository, ".git"), os.path.join(places.colleague, ".git"))
    for remote in (places.remote, places.plain_remote):
        _clone(os.path.join(made.repository, ".git"), remote, "--bare")
    _clone(places.plain_remote, places.plain)
    for copy in (places.ours, places.colleague):
        states.add(os.path.join(copy, ".git"), states.DEFAULT, places.remote)
    return places


def _open(made: Made, repository: str) -> Vault:
    vault = Vault.open(repository, identity.unlock(made.home))
    sync_with(vault)
    return vault


def _clone(source: str, target: str, *options: str) -> None:
    line = ["git", "clone", "-q", *options, source, target]
    subprocess.run(line, check=True, env=environment())


def _push(source: str, target: str, commit: str) -> None:
    line = ["git", "-C", source, "push", "-q", "--force", target, f"{commit}:refs/heads/main"]
    subprocess.run(line, check=True, env=environment())


def _tip(repository: str) -> str:
    line = ["git", "-C", repository, "rev-parse", "refs/heads/main"]
    done = subprocess.run(line, check=True, env=environment(), stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()
