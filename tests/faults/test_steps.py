"""Killed at any system call that writes, a deed is done or not begun, and can be done again.

`DALIL_SOAK=1000` makes as many kills of each deed, which is one at every call, instead of some.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.faults import stepping
from tests.faults.scene import AGAIN, DEEDS, Scene
from tests.faults.stepping import Step
from tests.store.office import MARKER, SECOND, Office, files_with

MISSING = stepping.needs_strace()
pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=MISSING),
    pytest.mark.timeout(7200 if "DALIL_SOAK" in os.environ else 300),
]
MOST = int(os.environ.get("DALIL_SOAK", "40"))
"""Kills a deed: more than 200 in all."""


@pytest.mark.parametrize("deed", DEEDS)
def test_killed_at_any_write_it_is_done_or_not_begun(
    template: Office, tmp_path: Path, deed: str
) -> None:
    scene = Scene(tmp_path / "scene", template, deed)
    before = scene.whole()
    scene.reset()
    steps = stepping.steps(scene.line, [scene.folder], tmp_path / "steps")
    after = scene.whole()
    assert (before == after) == (deed == "settle")
    assert ("'conflicts': " in str(after)) == (deed == "sync")
    go_on(scene)
    names = scene.names()
    alive = []
    for step in chosen(steps):
        scene.reset()
        if stepping.kill_at(scene.line, step, tmp_path / "work") not in stepping.KILLED:
            alive.append(step)
        scene.grow_old()
        found = scene.whole()  # the next start
        assert found in (before, after), step
        check(scene.office)
        if found != after or deed in AGAIN:
            scene.do()
        assert scene.whole() == after, step
        go_on(scene)
        assert scene.names() <= names, step
    assert len(alive) <= MOST // 10, alive


def chosen(steps: Sequence[Step]) -> list[Step]:
    """Take some of them, others each time, from the first to the last."""
    assert len(steps) >= 40, steps
    picked = sorted(random.sample(range(len(steps)), min(MOST, len(steps))))
    return [steps[number] for number in picked]


def check(office: Office) -> None:
    """All is well, after the start that the look at the scene was."""
    with office.open("sami") as vault:
        assert vault.trust.state == "authentic"
        assert vault.tip == office.head()
        assert vault.verify().is_authentic
    assert office.is_clean()
    office.git("fsck", "--strict", "--no-dangling")
    assert not files_with(MARKER, [office.folder])


def go_on(scene: Scene) -> None:
    """Let others work on: nothing is in their way."""
    scene.office.edit("sami", "later", SECOND)
    assert scene.office.is_clean()
