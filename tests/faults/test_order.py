"""What a ref leads to is on the disk before the ref is: a power failure is more than a kill."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.faults import stepping
from tests.faults.scene import Scene
from tests.faults.stepping import Step
from tests.store.office import Office

MISSING = stepping.needs_strace()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)


@pytest.mark.parametrize("deed", ["save", "new", "import", "epoch"])
def test_all_is_on_the_disk_before_main_moves(template: Office, tmp_path: Path, deed: str) -> None:
    scene = Scene(tmp_path / "scene", template, deed)
    steps = stepping.steps(scene.line, [scene.folder], tmp_path / "steps")
    main = os.path.join(scene.office.git_dir, "refs/heads/main")
    [moved] = [at for at, step in enumerate(steps) if step.what.endswith(f'"{main}") = 0')]
    assert volatile(steps[:moved], scene.office.git_dir) == set()
    assert any(f"<{os.path.dirname(main)}>" in step.what for step in steps[moved:])


def volatile(steps: list[Step], git_dir: str) -> set[str]:
    """Name the files, and the folders with new names in them, that wait for no disk yet."""
    found = set()
    for step in steps:
        paths = [path for path in re.findall(r'["<](/[^">]*)[">]', step.what) if git_dir in path]
        if step.call == "fsync":
            found.discard(paths[0])
        elif step.call in ("write", "pwrite64", "ftruncate"):
            found.add(paths[0])
        elif step.call == "mkdir":
            found.add(os.path.dirname(paths[0]))
        elif step.call == "rename":
            assert paths[0] not in found, f"renamed before it was on the disk: {step}"
            found.add(os.path.dirname(paths[1]))
    return {path for path in found if "/objects" in path or path.endswith("main.next")}


def test_what_waits_for_no_disk_is_found() -> None:
    words = ['mkdir("/g/objects/aa", 0777) = 0', 'write(3</g/objects/tmp>, "x", 1) = 1']
    steps = [Step("", word.partition("(")[0], 1, word) for word in words]
    assert volatile(steps, "/g") == {"/g/objects", "/g/objects/tmp"}
    steps += [Step("", "fsync", 1, f"fsync(3<{path}>) = 0") for path in ("/g/objects/tmp",)]
    steps += [Step("", "rename", 1, 'rename("/g/objects/tmp", "/g/objects/aa/b") = 0')]
    assert volatile(steps, "/g") == {"/g/objects", "/g/objects/aa"}
