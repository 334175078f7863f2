"""A remote in a folder, on a stick that comes from anybody: git's other end runs there, as us."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from store.remote import state as states
from store.remote.sync import sync
from tests.attack.arena import Arena
from tests.store.office import stock_environment

_HOOKS = (
    "pre-receive",
    "update",
    "post-receive",
    "post-update",
    "reference-transaction",
    "proc-receive",
    "push-to-checkout",
    "pre-auto-gc",
)


@pytest.fixture
def stick(arena: Arena, tmp_path: Path) -> Path:
    """Give a folder that names a program wherever git would run one on a push."""
    folder, other = tmp_path / "stick.git", tmp_path / "other.git"
    for place in (folder, other):
        arena.git("clone", "--quiet", "--bare", "--no-local", str(arena.folder), str(place))
    program = tmp_path / "trap.sh"
    program.write_text(f'#!/bin/sh\ntouch "{tmp_path}/sprung-${{0##*/}}"\nexit 0\n')
    program.chmod(0o755)
    (folder / "hooks").mkdir(exist_ok=True)
    for name in _HOOKS:
        (folder / "hooks" / name).symlink_to(program)
    (folder / "objects" / "info" / "alternates").write_text(f"{other}/objects\n")
    with (folder / "config").open("a") as file:
        file.write(
            f"[core]\n\talternateRefsCommand = {program}\n\tfsmonitor = {program}\n"
            f"\thooksPath = {folder}/hooks\n[gc]\n\tauto = 1\n"
            f"[uploadpack]\n\tpackObjectsHook = {program}\n"
        )
    return folder


def sprung(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("sprung-*"))


def test_a_folder_runs_no_program_when_something_is_sent_there(
    arena: Arena, stick: Path, tmp_path: Path
) -> None:
    states.add(arena.git_dir, "origin", str(stick))
    tip = arena.edit("nour", "new")
    with arena.open("nour") as vault:
        done = sync(vault)
    assert (done.state, done.pushed) == ("done", 1)
    said = subprocess.run(
        ["git", "-C", str(stick), "rev-parse", "main"],
        capture_output=True,
        text=True,
        check=True,
        env=stock_environment(),
    )
    assert said.stdout.strip() == tip
    assert sprung(tmp_path) == []
    arena.edit("nour", "another")
    arena.git("push", "--quiet", str(stick), "main:main")
    assert len(sprung(tmp_path)) > 3  # stock git does run them


def test_a_folder_that_lacks_objects_names_no_program_to_get_them(
    arena: Arena, stick: Path, tmp_path: Path
) -> None:
    """Git's other end would ask a "promisor" for what is missing, by a program named there."""
    mine = arena.copy(tmp_path / "mine")
    tip = arena.edit("nour", "new")
    arena.git("push", "--quiet", str(stick), "main:main")
    for path in tmp_path.glob("sprung-*"):
        path.unlink()
    blob = arena.git("rev-parse", f"{tip}:{_changed(arena, tip)}").strip()
    (stick / "objects" / blob[:2] / blob[2:]).unlink()
    with (stick / "config").open("a") as file:
        file.write(
            "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tpartialClone = evil\n"
            f'[remote "evil"]\n\turl = {tmp_path}/other.git\n\tpromisor = true\n'
            f"\tuploadpack = {tmp_path}/trap.sh\n"
        )
    states.add(mine.git_dir, "origin", str(stick))
    with mine.open("nour") as vault:
        done = sync(vault)
    assert done.state == "offline"
    assert mine.head() == arena.honest
    assert sprung(tmp_path) == []


def _changed(arena: Arena, tip: str) -> str:
    return arena.git("diff", "--name-only", f"{tip}~1", tip).splitlines()[0]
