"""A write that fails, anywhere in a command: the old state stands, and one line says why."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest

from tests.faults import stepping
from tests.faults.disk import PAGE, fill_up
from tests.faults.scene import AGAIN, DEEDS, Scene
from tests.store.office import Office

MISSING = stepping.needs_strace()
MOST = 8
"""Failing calls a deed."""
UNSURE = "error: it is saved, but the disk does not confirm it"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount a file system")


@needs_root
@pytest.mark.parametrize("deed", [deed for deed in DEEDS if deed != "settle"])
def test_with_any_number_of_free_pages_it_is_done_or_one_line_says_that_it_is_not(
    template: Office, tmp_path: Path, mounted: Path, deed: str
) -> None:
    scene = Scene(mounted / "scene", template, deed, tmp_path / "kept")
    before = scene.whole()
    after, pages, refused = None, 0, list[object]()
    while after is None:
        scene.reset()
        filler = fill_up(mounted, pages * PAGE)
        done = scene.attempt()
        found = scene.whole()
        filler.unlink()
        assert scene.whole() == found
        assert scene.office.is_clean()
        scene.office.git("fsck", "--strict", "--no-dangling")
        if done.returncode == 0:
            after = found
        else:
            judge(done)
            refused.append(found)
            scene.do()
        pages += max(1, pages // 3)
    assert len(refused) > 3
    assert after == scene.whole() != before
    for found in refused:  # what was merged stays merged when the disk of the remote is full
        assert found == before or (deed == "sync" and found == after)


@needs_root
@pytest.mark.parametrize("deed", DEEDS)
def test_on_a_read_only_disk_one_line_says_so(
    template: Office, tmp_path: Path, mounted: Path, deed: str
) -> None:
    scene = Scene(mounted / "scene", template, deed, tmp_path / "kept")
    before = scene.whole()
    scene.reset()
    subprocess.run(["mount", "-o", "remount,ro", mounted], check=True)
    done = scene.attempt()
    if deed == "settle":
        assert (done.returncode, done.stderr) == (0, "")
    else:
        judge(done)
        assert "Read-only file system" in done.stderr
    assert scene.whole() == before
    subprocess.run(["mount", "-o", "remount,rw", mounted], check=True)
    scene.do()


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
@pytest.mark.parametrize("deed", [deed for deed in DEEDS if deed != "settle"])
def test_whichever_call_fails_it_is_done_or_one_line_says_that_it_is_not(
    template: Office, tmp_path: Path, deed: str, error: str
) -> None:
    scene = Scene(tmp_path / "scene", template, deed)
    before = scene.whole()
    scene.reset()
    steps = stepping.steps(scene.line, [scene.folder], tmp_path / "steps")
    after = scene.whole()
    for step in random.sample(steps, min(MOST, len(steps))):
        scene.reset()
        done, call = stepping.fail_at(scene.line, step, error, tmp_path / "work")
        if str(scene.folder) not in call or ("openat(" in call and "O_CREAT" not in call):
            continue  # something was looked for once more or less than before
        is_done = done.returncode == 0 or UNSURE in done.stderr
        found = scene.whole()
        assert found == (after if is_done else before) or (found == after and deed in AGAIN), call
        assert scene.office.is_clean(), call
        if done.returncode:
            judge(done)


def judge(done: subprocess.CompletedProcess[str]) -> None:
    """It says what is wrong in one line, and what to do in another."""
    said = [line.split()[0] for line in done.stderr.splitlines() if ": " in line]
    assert done.returncode == 1
    assert said[-2:] == ["error:", "hint:"], done.stderr
    assert said.count("error:") == 1
