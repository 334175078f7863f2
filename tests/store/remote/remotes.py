"""Remotes of all kinds, with real git behind them; hostile ones too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from store.hook import install
from store.remote import state as states
from store.remote.sync import Synced, sync
from tests.store.office import Office, stock_environment

ROOT = Path(__file__).parents[3]
_HOOK = "import sys; sys.path.append(sys.argv.pop(1)); from tui.cli import run; run()"


def bare(office: Office, folder: Path) -> Office:
    """Make a bare repository as a server holds one, with what the office has."""
    return office.clone(folder, "--bare")


def serve(remote: Office, commit: str) -> None:
    """Let a remote serve another commit, which it has."""
    remote.git("update-ref", "refs/heads/main", commit)


def send(office: Office, remote: Office, *options: str) -> str:
    """Push main with stock git; give what it said."""
    return office.git(
        "push", *options, str(remote.folder), "refs/heads/main:refs/heads/main", check=False
    )


def connect(office: Office, remote: Office, name: str = "origin") -> None:
    """Let an office know a remote by its folder."""
    states.add(office.git_dir, name, str(remote.folder))


def readdress(office: Office, url: str) -> None:
    """Let an office know its remote `origin` by another address."""
    remotes = states.read(office.git_dir)
    states.write(office.git_dir, remotes | {"origin": remotes["origin"]._replace(url=url)})


def go(office: Office, handle: str = "nour", remote: str = "origin") -> Synced:
    """Sync as somebody, in a vault of their own."""
    with office.open(handle) as vault:
        return sync(vault, remote)


def guard(remote: Office) -> None:
    """Put our hook on a remote."""
    install(str(remote.folder), [sys.executable, "-I", "-c", _HOOK, str(ROOT), "hook", "run"])


def hook(remote: Office, script: str) -> None:
    """Put any pre-receive hook on a remote."""
    path = remote.folder / "hooks" / "pre-receive"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def fake_program(folder: Path, script: str) -> str:
    """Make a program `ssh` that does something of its own; give the PATH to find it by."""
    folder.mkdir()
    program = folder / "ssh"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def cut_line(folder: Path, count: int) -> str:
    """Make a program `ssh` whose line drops after so many bytes from the other side; give a PATH.

    With 0, all that the other side says after its first words (which refs it has) is lost, and
    what goes there arrives.
    """
    copies = "os.write(1, data)" if not count else f"os.write(1, data[: {count} - passed])"
    ends = "data.endswith(b'0000')" if not count else f"passed + len(data) >= {count}"
    after = "while os.read(out, 4096): pass" if not count else "runs.kill()"
    program = f"""#!{sys.executable}
import os, subprocess, sys
runs = subprocess.Popen(sys.argv[-1], shell=True, stdout=subprocess.PIPE)
out, passed = runs.stdout.fileno(), 0
while data := os.read(out, 4096):
    {copies}
    if {ends}:
        break
    passed += len(data)
{after}
sys.exit(255)
"""
    folder.mkdir()
    (folder / "ssh").write_text(program)
    (folder / "ssh").chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def refs(office: Office) -> dict[str, str]:
    """Give all refs of a repository."""
    lines = office.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    return dict(line.split() for line in lines)


def fake_ssh(folder: Path) -> Path:
    """Make a program `ssh` that runs here what it is to run there, and notes how it was called."""
    folder.mkdir()
    script = folder / "ssh"
    script.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {folder}/arguments\n'
        'while [ $# -gt 1 ]; do shift; done\nexec sh -c "$1"\n'
    )
    script.chmod(0o755)
    return folder


def foreign(folder: Path) -> Path:
    """Make a git repository that is none of Dalil's."""
    git = ["git", "-C", str(folder)]
    folder.mkdir()
    for words in (
        ["init", "-q", "-b", "main"],
        ["commit", "-q", "--allow-empty", "--no-gpg-sign", "-m", "x"],
    ):
        subprocess.run([*git, *words], check=True, env=stock_environment())
    return folder


def entries(folder: Path) -> list[str]:
    """List everything below a folder."""
    return sorted(
        os.path.join(place, name) for place, _, names in os.walk(folder) for name in names
    )
