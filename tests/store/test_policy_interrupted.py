"""A new policy that encrypts many cases anew, and what is left when it is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from multiprocessing import active_children
from pathlib import Path

import pytest

from store import rekey
from store.errors import Cancelled, StoreError
from store.lock import write_lock
from store.model.case import Case
from store.policy_change import apply_policy
from store.trust import membership as m
from tests.store.changing import change, is_sound, states
from tests.store.office import FIRST, Office, fill


def crowd(office: Office, count: int) -> None:
    """Import many cases."""
    cases = []
    for number in range(count):
        case = Case.empty(f"{number:020x}"[::-1], "main")
        fill(case, number + 10)
        cases.append(case)
    with office.open() as vault:
        vault.import_cases(cases, why="many")


def test_many_cases_go_through_worker_processes(office: Office) -> None:
    crowd(office, 250)
    told: list[tuple[int, int]] = []
    with office.open() as vault:
        new = m.remove_member(vault.policy, "sami")
        apply_policy(vault, new, progress=lambda *at: told.append(at))
    assert told[-1] == (252, 252)
    assert told == sorted(told)
    assert set(states(office, "lina").values()) == {"open", "sealed"}
    assert is_sound(office)


def test_a_change_that_is_stopped_changes_nothing(office: Office) -> None:
    crowd(office, 250)
    before, told = office.head(), list[int]()
    packs = sorted(os.listdir(Path(office.git_dir, "objects", "pack")))
    with office.open() as vault:
        new = m.remove_member(vault.policy, "sami")
        with pytest.raises(Cancelled):
            apply_policy(
                vault,
                new,
                progress=lambda done, _: told.append(done),
                is_cancelled=lambda: bool(told),
            )
        assert vault.tip == before
    assert office.head() == before
    assert sorted(os.listdir(Path(office.git_dir, "objects", "pack"))) == packs
    assert states(office, "sami")[FIRST] == "open"
    with write_lock(office.git_dir):
        pass  # and the lock is free


_CHILD = """
import sys, time
from store.crypto import identity
from store.policy_change import apply_policy
from store.trust import membership
from store.vault import Vault
if __name__ == "__main__":
    with Vault.open(sys.argv[1], identity.unlock(sys.argv[2])) as vault:
        new = membership.remove_member(vault.policy, "sami")
        def tell(done, total):
            print(done, flush=True)
            time.sleep(0.2)
        apply_policy(vault, new, progress=tell)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_change_that_is_killed_changes_nothing(office: Office, tmp_path: Path, how: int) -> None:
    crowd(office, 450)
    before = office.head()
    script = tmp_path / "child.py"
    script.write_text(_CHILD)
    line = [sys.executable, str(script), str(office.folder), str(office.homes["nour"])]
    root = Path(rekey.__file__).parent.parent
    with subprocess.Popen(
        line,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(root)},
        start_new_session=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline()
        os.killpg(child.pid, how)
        time.sleep(0.1)
    assert child.returncode
    assert office.head() == before
    assert is_sound(office)
    change(office, lambda p: m.remove_member(p, "sami"))
    assert set(states(office, "sami").values()) == {"sealed"}
    left = os.listdir(Path(office.git_dir, "objects", "pack"))
    assert not [name for name in left if name.startswith("tmp_")]


def test_no_worker_outlives_a_change_that_is_killed(office: Office, tmp_path: Path) -> None:
    """Each of them has the keys of all epochs."""
    crowd(office, 450)
    script = tmp_path / "child.py"
    script.write_text(_CHILD)
    line = [sys.executable, str(script), str(office.folder), str(office.homes["nour"])]
    with subprocess.Popen(
        line,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(Path(rekey.__file__).parent.parent)},
        start_new_session=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline()
        child.kill()  # it alone, as the system does when memory runs out
    until = time.monotonic() + 10
    while alive := _in_session(child.pid):
        assert time.monotonic() < until, alive
        time.sleep(0.05)


def _in_session(session: int) -> list[str]:
    """Name the processes of a session that have not ended."""
    said = subprocess.run(
        ["ps", "-eo", "sid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(None, 2) for line in said.splitlines()]
    return [row[2] for row in rows if row[0] == str(session) and not row[1].startswith("Z")]


def test_a_disk_that_fills_under_the_workers_is_said_in_our_words(
    office: Office, tmp_path: Path
) -> None:
    crowd(office, 450)
    before, script = office.head(), tmp_path / "child.py"
    script.write_text(_CHILD)
    line = [sys.executable, str(script), str(office.folder), str(office.homes["nour"])]
    done = subprocess.run(
        ["sh", "-c", 'ulimit -f 200; exec "$@"', "sh", *line],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(rekey.__file__).parent.parent)},
    )
    assert done.stderr.splitlines()[-1].startswith("store.errors.Unwritable: the repository cannot")
    assert office.head() == before
    assert is_sound(office)


def test_a_worker_that_the_system_ends_changes_nothing(office: Office) -> None:
    crowd(office, 450)
    before = office.head()
    with office.open() as vault:
        new = m.remove_member(vault.policy, "sami")
        with pytest.raises(StoreError, match="ended a process that was at work"):
            apply_policy(vault, new, progress=lambda *_: _kill_a_worker())
    assert office.head() == before
    assert is_sound(office)


def _kill_a_worker() -> None:
    for worker in active_children():
        worker.kill()
