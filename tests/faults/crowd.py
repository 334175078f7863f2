"""Many processes that save to one repository: `python -m tests.faults.crowd --seconds 60`.

Each saves by turns in a case of its own, in a case of all but a field of its own, and in one field
of all, as fast as it can; a few may be killed and replaced meanwhile. Afterwards every save that
was reported must be there, and nobody may wait for the dead.
"""

from __future__ import annotations

import argparse
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import NamedTuple

from store.crypto import identity
from store.errors import Moved
from store.vault import Vault
from tests.store.office import FIRST, SECOND, Office, make_homes

__all__ = ["MEMBERS", "Crowd", "Saved", "check", "stand_up"]

MEMBERS = 8
_TURNS = "own case", "own field", "same field"
_OPENING = 30.0


class Saved(NamedTuple):
    """A save that a process has reported: its place and word, and the commit it is in."""

    turn: str
    case_id: str
    path: str
    word: str
    commit: str


class Crowd:
    """The processes; each says of every save that it is done, in a file of its own."""

    def __init__(self, office: Office, folder: Path) -> None:
        self._office, self._folder = office, folder
        self._members: list[tuple[int, subprocess.Popen[bytes]]] = []
        self._killed = 0
        for number in range(MEMBERS):
            self._start(number)

    def _start(self, number: int) -> None:
        handle = ("nour", "sami")[number % 2]
        home, folder = str(self._office.homes[handle]), str(self._office.folder)
        line = [sys.executable, "-m", "tests.faults.crowd", "--member", str(number), folder, home]
        out = self._folder / f"saved-{number}-{self._killed}"
        with out.open("wb") as file:
            child = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=file)
        self._members.append((number, child))

    def run(self, seconds: float, *, kills: int = 0) -> float:
        """Let all of them save for so long, and kill so many in it; give the seconds it took."""
        self._wait_until_ready()
        start = time.monotonic()
        for _, child in self._members:
            self._tell(child)
        for _ in range(kills):
            time.sleep(seconds / (kills + 1))
            self._kill_one()
        time.sleep(max(0.0, start + seconds - time.monotonic()))
        for _, child in self._members:
            assert child.stdin is not None
            child.stdin.close()
        codes = [child.wait(_OPENING) for _, child in self._members]
        assert codes == [0] * MEMBERS, codes
        return time.monotonic() - start

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + _OPENING
        while sum(b"ready" in file.read_bytes() for file in self._folder.iterdir()) < MEMBERS:
            assert time.monotonic() < end
            time.sleep(0.02)

    def _kill_one(self) -> None:
        number, child = self._members.pop(random.randrange(MEMBERS))  # noqa: S311 - no secret
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert child.stdin is not None
        with suppress(BrokenPipeError):
            child.stdin.close()
        self._killed += 1
        self._start(number)
        self._tell(self._members[-1][1])

    @staticmethod
    def _tell(child: subprocess.Popen[bytes]) -> None:
        assert child.stdin is not None
        child.stdin.write(b"go\n")
        child.stdin.flush()

    def saved(self) -> list[Saved]:
        """Give all that was reported."""
        lines = [line for file in self._folder.iterdir() for line in file.read_text().splitlines()]
        found = [line.split("\t") for line in lines]
        return [Saved(*parts) for parts in found if len(parts) == len(Saved._fields)]


def _be_member(number: str, folder: str, home: str) -> None:
    """Save, in turn in each of the three places, until nobody listens any more."""
    own = f"{int(number) + 1:020x}"
    places = ((own, "overview.lead"), (FIRST, f"people.m{number}.note"), (SECOND, "overview.title"))
    with Vault.open(folder, identity.unlock(home)) as vault:
        print("ready", flush=True)  # noqa: T201 - read by the crowd
        sys.stdin.readline()
        turns = count(int(number))
        while not select.select([sys.stdin], [], [], 0)[0]:  # until the crowd closes it
            turn = next(turns)
            vault.settles_later = turn % 2 == 0  # as the interface does, and as a script
            case_id, path = places[turn % 3]
            word = f"w{number}-{os.getpid()}-{turn}"
            try:
                with vault.edit(case_id, why=word) as case:
                    case.set(path, word)
            except Moved:
                continue  # the same field at the same moment: told so, and nothing was written
            assert vault.last_save is not None
            said = Saved(_TURNS[turn % 3], case_id, path, word, vault.last_save.commit)
            print(*said, sep="\t", flush=True)  # noqa: T201 - read by the crowd


def stand_up(folder: Path) -> Office:
    """Make the office, with a case for each, and a person for each in the case of all."""
    office = Office(folder / "files", make_homes(folder))
    office.found()
    office.fill()
    with office.open("nour") as vault:
        for number in range(MEMBERS):
            with vault.new(why="for one", case_id=f"{number + 1:020x}") as case:
                case.set("overview.title", "x")
        with vault.edit(FIRST, why="for all") as case:
            for number in range(MEMBERS):
                case.add("people", {"id": f"m{number}", "capacities": ["source"]})
    return office


def check(office: Office, saved: list[Saved]) -> None:
    """Every save that was reported is there, in order; nobody waits for the dead; all is sound."""
    words = {one.word for one in saved}
    order = {c: n for n, c in enumerate(office.git("rev-list", "main").split())}
    with office.open("lina") as vault:
        last: dict[tuple[str, str], tuple[int, Saved]] = {}
        for one in saved:
            assert one.commit in order, f"lost: {one}"
            assert vault.get(one.case_id, one.commit).get(one.path) == one.word, f"changed: {one}"
            place = one.case_id, one.path
            last[place] = min(last.get(place, (len(order), one)), (order[one.commit], one))
        for (case_id, path), (_, one) in last.items():
            # Who was killed may have saved once more, and had no time to say so.
            stands = str(vault.get(case_id).get(path))
            assert stands == one.word or stands not in words, f"lost: {one}, there is {stands}"
        assert vault.verify().is_authentic
    start = time.monotonic()
    office.edit("sami", "afterwards")
    assert time.monotonic() - start < 2, "somebody waited for a lock that nobody holds"
    assert office.is_clean()
    said = office.git("fsck", "--strict", check=False)
    assert "error" not in said, said
    left = [p for p in Path(office.git_dir).rglob("*.lock") if p.parent.name != "dalil"]
    assert not left, left


def main() -> None:
    """Run a crowd in a temporary folder, check it, and print its rate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--kills", type=int, default=0, help="processes to kill meanwhile")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        office = stand_up(Path(folder))
        (reports := Path(folder, "reports")).mkdir()
        crowd = Crowd(office, reports)
        taken = crowd.run(options.seconds, kills=options.kills)
        saved = crowd.saved()
        check(office, saved)
        counts = Counter(one.turn for one in saved)
        words = ", ".join(f"{counts[name]} in {name}" for name in _TURNS)
        print(f"{len(saved)} saves ({words}), {len(saved) / taken:.0f} a second; none lost")  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1:2] == ["--member"]:
        _be_member(*sys.argv[2:])
    else:
        main()
