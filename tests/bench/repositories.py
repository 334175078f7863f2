"""The repositories that are measured: made once through the store's own write path, then kept."""

from __future__ import annotations

import os
import shutil
import sys
from itertools import islice
from typing import NamedTuple

from store.crypto import identity
from store.founding import found
from store.listing import index_path
from store.model.summary import Summary
from store.own_key import index_key
from store.search.index import read_index
from store.vault import Vault
from tests.bench.cases import make_cases
from tests.bench.history import add_commits

__all__ = ["Made", "Shelf", "bring_index_up_to_date"]

_FORM = 2
"""Raise it when what is made here changes: older repositories are then made anew."""
_AT_ONCE = 5_000  # cases of one import: an import holds them all in memory
_HISTORY_CASES = 1_000
_STARTED = 1_700_000_000.0


class Made(NamedTuple):
    """A repository, a copy for stock git to work in, and the folder of the member's keys."""

    repository: str
    clone: str
    home: str


class Shelf:
    """Made repositories, by size, in a folder that may be kept between runs."""

    def __init__(self, folder: str) -> None:
        self._folder = os.path.join(folder, f"form-{_FORM}")

    def cases(self, count: int) -> Made:
        """Give a repository with so many cases, imported in a few commits."""
        made = self._made(f"cases-{count}")
        if self._is_missing(made):
            _build(made, count)
            _finish(made)
        return made

    def history(self, count: int) -> Made:
        """Give a repository with so many commits, nearly each a change of one case."""
        made = self._made(f"history-{count}")
        if self._is_missing(made):
            _build(made, _HISTORY_CASES)
            add_commits(made.repository, identity.unlock(made.home), total=count)
            _finish(made)
        return made

    def _made(self, name: str) -> Made:
        inside = os.path.join(self._folder, name)
        return Made(*(os.path.join(inside, part) for part in Made._fields))

    def _is_missing(self, made: Made) -> bool:
        inside = os.path.dirname(made.repository)
        if os.path.exists(os.path.join(inside, "ready")):
            return False
        shutil.rmtree(inside, ignore_errors=True)
        os.makedirs(inside)
        print(f"making {inside} …", file=sys.stderr, flush=True)  # noqa: T201 - a program's output
        return True


def bring_index_up_to_date(made: Made) -> list[Summary]:
    """Write the index as of the tip, and give its rows: what was saved before may be missing."""
    member = identity.unlock(made.home)
    with Vault.open(made.repository, member) as vault:
        key = index_key(vault)
        index = read_index(index_path(vault.git_dir, member), key) if key else None
        if index is None or index.commit != vault.tip:
            shutil.rmtree(os.path.join(vault.git_dir, "dalil", "index"), ignore_errors=True)
        return vault.summaries()


def _build(made: Made, count: int) -> None:
    """Found a repository of one member and import the cases."""
    identity.create(made.home, passphrase=None, comment="bench")
    member = identity.unlock(made.home)
    found(made.repository, "Bench", "nour", member, clock=lambda: _STARTED)
    cases = make_cases(count)
    with Vault.open(made.repository, member, clock=lambda: _STARTED) as vault:
        vault.settles_later = True
        while piece := list(islice(cases, _AT_ONCE)):
            vault.import_cases(piece, why="Taken over from the old archive")
        vault.settle()


def _finish(made: Made) -> None:
    shutil.copytree(made.repository, made.clone)
    with open(os.path.join(os.path.dirname(made.repository), "ready"), "wb"):
        pass
