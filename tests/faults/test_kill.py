"""Killed at any time, a repository is in the old state or the new one; see `test_steps.py`, too.

`DALIL_SOAK=1000` makes as many kills instead of the usual few.
"""

# ruff: noqa: SIM117
# What stands in the block of an edit is what is tested; the error comes at its end.

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from store.lock import write_lock
from tests.store.office import FIRST, SECOND, Office

KILLS = int(os.environ.get("DALIL_SOAK", "24"))


def start(office: Office, how: str) -> subprocess.Popen[str]:
    home = str(office.homes["sami"])
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.saver", str(office.folder), home, how],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def check_whole(office: Office, said: str) -> None:
    """Everything that was reported as saved is there, and all is well after the next start."""
    started = time.monotonic()
    with office.open("nour") as vault:
        assert vault.trust.state == "authentic"
        assert vault.tip == office.head()
        assert vault.verify().is_authentic
        lines = [line.split() for line in said.splitlines() if line.count(" ") == 1]
        for number, commit in lines[-3:]:
            assert vault.get(FIRST, commit).title == number
            assert office.git("merge-base", commit, "main").strip() == commit
        assert len(vault.summaries()) == 3
    assert office.is_clean()
    with office.open("nour") as vault:
        with vault.edit(SECOND, why="afterwards") as case:
            case.set("overview.title", f"{random.random()}")  # noqa: S311 - only another one
        assert vault.last_save is not None
    assert time.monotonic() - started < 4  # nobody waited for a lock that nobody holds
    assert office.is_clean()
    assert "error" not in office.git("fsck", "--strict", check=False)


@pytest.mark.parametrize("how", ["saving", "settling"])
def test_killed_at_any_time_a_save_is_whole_or_not_there(office: Office, how: str) -> None:
    for _ in range(KILLS // 2):
        child = start(office, how)
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(random.random() * 0.15)  # noqa: S311 - no secret
        # The whole group: git dies with it, as when the power fails.
        os.killpg(child.pid, signal.SIGKILL)
        check_whole(office, first + child.communicate()[0])


def test_killed_alone_it_leaves_git_to_end_by_itself(office: Office) -> None:
    for _ in range(max(3, KILLS // 6)):
        child = start(office, "saving")
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(random.random() * 0.1)  # noqa: S311 - no secret
        child.kill()
        check_whole(office, first + child.communicate()[0])


def test_a_lock_that_a_killed_process_left_keeps_nobody_waiting(office: Office) -> None:
    git_dir = Path(office.git_dir)
    (git_dir / "dalil" / "main.next").write_text("0" * 40 + "\n")
    os.link(git_dir / "dalil" / "main.next", git_dir / "refs/heads/main.lock")
    shutil.copy(git_dir / "index", git_dir / "dalil" / "index.next")
    os.link(git_dir / "dalil" / "index.next", git_dir / "index.lock")
    (git_dir / "dalil" / "index.next.lock").write_bytes(b"half")
    (git_dir / "dalil" / "mirror.next").write_bytes(b"half")
    (git_dir / "dalil" / "lock").touch()
    (git_dir / "dalil" / "mirror.lock").touch()
    (git_dir / "objects" / "aa").mkdir(exist_ok=True)
    (git_dir / "objects" / "aa" / "tmp_obj_123456").write_bytes(b"half")
    before = time.monotonic()
    office.edit("sami", "another")
    assert time.monotonic() - before < 2
    assert office.is_clean()
    assert not (git_dir / "index.lock").exists()
    assert not (git_dir / "refs/heads/main.lock").exists()


def test_a_lock_of_another_program_is_respected_until_it_is_stale(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.errors import StoreError
    from store.repo import swap

    monkeypatch.setattr(swap, "_PATIENCE", 0.2)
    git_dir = Path(office.git_dir)
    before = office.head()
    lock = git_dir / "refs/heads/main.lock"
    lock.touch()
    with office.open() as vault:
        with pytest.raises(StoreError, match=r"main\.lock"), vault.edit(FIRST, why="x") as case:
            case.set("overview.title", "x")
        assert office.head() == before
        os.utime(lock, (1, 1))
        with vault.edit(FIRST, why="x") as case:
            case.set("overview.title", "x")
        assert not lock.exists()
        (git_dir / "index.lock").touch()
        with vault.edit(FIRST, why="x") as case:
            case.set("overview.title", "y")
        assert vault.tip == office.head()  # saved; only the mirror has to wait
        with pytest.raises(StoreError, match=r"index\.lock"):
            vault.settle()
    with office.open() as vault:
        assert vault.get(FIRST).title == "y"
    (git_dir / "index.lock").unlink()
    office.open().close()
    assert office.is_clean()


def test_a_second_writer_waits_for_the_first_and_says_so_in_the_end(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store import lock
    from store.errors import StoreError

    monkeypatch.setattr(lock, "_PATIENCE", 0.1)
    with office.open() as vault, write_lock(office.git_dir):
        with pytest.raises(StoreError, match="another Dalil"), vault.edit(FIRST, why="x") as case:
            case.set("overview.title", "x")
