"""Eight processes that save to one repository, beside eight that commit with stock git."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from tests.bench.measure import Figure, environment, in_turn
from tests.bench.repositories import Shelf
from tests.bench.saving import signing_git
from tests.bench.scale import Scale
from tests.faults.crowd import MEMBERS, Crowd, stand_up
from tests.store.office import Office

__all__ = ["crowd"]

_SECONDS = 60.0


def crowd(shelf: Shelf, scale: Scale) -> Iterator[Figure]:
    """Save for a minute in all, in turn with git, which tries again when it finds a lock."""
    rounds = scale.rounds_of(6)
    seconds = _SECONDS / rounds if rounds > 2 else 3.0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        office = stand_up(folder)
        copy = office.copy(folder / "copy")
        numbers = count()

        def save() -> float:
            (reports := folder / f"reports-{next(numbers)}").mkdir()
            members = Crowd(office, reports)
            taken = members.run(seconds)
            return len(members.saved()) / taken

        ours, peer = in_turn(rounds, save, lambda: _commit_for(seconds, copy))
    what = f"{MEMBERS} processes save to one repository"
    rates = f"{ours:.3g} a second", f"{peer:.3g} a second, 8 × git commit"
    yield Figure(what, *rates, ours / peer, 1.0, is_floor=True)


def _commit_for(seconds: float, copy: Office) -> float:
    """Let as many processes of git commit, each its own file; give how many a second."""
    paths = sorted(str(p.relative_to(copy.folder)) for p in copy.folder.glob("cases/main/00/*.age"))
    end = time.monotonic() + seconds
    with ThreadPoolExecutor(MEMBERS) as pool:
        made = pool.map(lambda path: _commit(copy, path, end), paths[:MEMBERS])
        return sum(made) / seconds


def _commit(copy: Office, path: str, end: float) -> int:
    """Commit new bytes of the size of a case, again and again; give how often it went well."""
    done, size = 0, (copy.folder / path).stat().st_size
    git = signing_git(str(copy.folder), str(copy.homes["nour"]))
    while time.monotonic() < end:
        (copy.folder / path).write_bytes(os.urandom(size))
        steps = (["add", "--", path], ["commit", "-S", "-q", "-m", "edit case", "--", path])
        for step in steps:
            quiet = {"stderr": subprocess.DEVNULL, "env": environment()}
            while subprocess.run([*git, *step], check=False, **quiet).returncode:  # type: ignore[call-overload]
                if time.monotonic() > end:
                    return done
        done += 1
    return done
