"""Remotes of all kinds, with real git behind them; hostile ones too."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.store.office import Office, stock_environment


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
