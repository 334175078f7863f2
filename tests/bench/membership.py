"""Take a member out of a compartment of many cases, and take one in."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter

from store.crypto import identity
from store.repo.trees import list_files
from store.vault import Vault
from tests.bench.measure import Figure, environment, in_turn, measured_in, run_task
from tests.bench.repositories import Made, Shelf
from tests.bench.scale import Scale

__all__ = ["member"]

_FEWER = 10
"""Adding a member is timed where there are so many times fewer cases, too."""


def member(shelf: Shelf, scale: Scale) -> Iterator[Figure]:
    """Remove a member, beside bare encryption and stock git; add one, beside a small repository."""
    sizes = (scale.cases // _FEWER, scale.cases)
    few, many = (shelf.cases(size) for size in sizes)
    added: dict[int, list[float]] = {size: [] for size in sizes}

    def change(made: Made, folder: str, size: int) -> float:
        found = run_task("change_members", os.path.join(folder, "repository"), made.home)
        added[size].append(found["add"])
        return found["remove"]

    with _copy(few) as here, _copy(many) as there:
        taken, peer, _ = in_turn(
            scale.rounds_of(7),
            lambda: change(many, there, sizes[1]),
            lambda: run_task("encrypt_bare", many.repository, many.home)["seconds"],
            lambda: change(few, here, sizes[0]),
        )
        stock = _commit_by_git(many, there)
    what = f"remove a member, {sizes[1]:,} cases encrypted anew"
    words = f"{measured_in(peer)} bare decrypt + encrypt, all cores"
    yield Figure(what, measured_in(taken), words, taken / peer, 1.5)
    what = "its commit: what it takes beyond the bare"
    words = f"{measured_in(stock)} git add -A + commit -S"
    yield Figure(what, measured_in(taken - peer), words, (taken - peer) / stock, 0.5)
    small, large = (median(added[size]) for size in sizes)
    words = f"{measured_in(small)} at {sizes[0]:,} cases"
    yield Figure(f"add a member at {sizes[1]:,}", measured_in(large), words, large / small, 1.25)


def _commit_by_git(made: Made, folder: str) -> float:
    """Let stock git commit the same new files, in a clone of its own."""
    clone = os.path.join(folder, "clone")
    shutil.copytree(made.clone, clone)
    with Vault.open(os.path.join(folder, "repository"), identity.unlock(made.home)) as vault:
        for path, blob in list_files(vault.objects, vault.tree(vault.tip)):
            os.makedirs(os.path.dirname(os.path.join(clone, path)), exist_ok=True)
            with open(os.path.join(clone, path), "wb") as file:
                file.write(vault.objects.read(blob)[1])
    settings = {
        "gpg.format": "ssh",
        "user.signingKey": os.path.join(made.home, "signing_key"),
        "user.name": "nour",
        "user.email": "nour@dalil.invalid",
        "gc.auto": "0",
    }
    git = ["git", "-C", clone]
    git += [part for pair in settings.items() for part in ("-c", "=".join(pair))]
    start = perf_counter()
    for line in (["add", "-A"], ["commit", "-S", "-q", "-m", "policy"]):
        subprocess.run([*git, *line], check=True, env=environment())
    return perf_counter() - start


@contextmanager
def _copy(made: Made) -> Iterator[str]:
    """Give a folder with a copy of the repository, without its work tree."""
    with tempfile.TemporaryDirectory(dir=os.path.dirname(made.repository)) as folder:
        inside = os.path.join(folder, "repository", ".git")
        shutil.copytree(os.path.join(made.repository, ".git"), inside)
        yield folder
