"""One writer at a time; a lock never outlives its process."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from store import lock
from store.errors import StoreError, Unwritable
from store.lock import write_lock


def test_threads_and_processes_take_turns(tmp_path: Path) -> None:
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(10):
            with write_lock(str(tmp_path)):
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert stat.S_IMODE((tmp_path / "dalil" / "lock").stat().st_mode) == 0o600


def test_a_killed_process_leaves_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import sys, time; from store.lock import write_lock\n"
        "with write_lock(sys.argv[1]): print(flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        monkeypatch.setattr(lock, "_PATIENCE", 0.1)
        with pytest.raises(StoreError, match="another Dalil"), write_lock(str(tmp_path)):
            pass
        with write_lock(str(tmp_path), "another.lock"):
            pass
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        with write_lock(str(tmp_path)):
            pass


def test_an_error_inside_releases_it(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), write_lock(str(tmp_path)):
        _ = 1 / 0
    with write_lock(str(tmp_path)):
        pass


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "dalil").write_text("in the way")
    with pytest.raises(Unwritable) as caught, write_lock(str(tmp_path)):
        pass
    assert "\n" not in str(caught.value)
