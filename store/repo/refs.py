"""Move the main branch by compare-and-swap, by git's own lock file protocol, in process.

A `git update-ref` would be half of what a save costs. The protocol is that of git's files backend:
see `store/repo/swap.py`. A repository with reftable refs goes through git itself.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress

from store.errors import Moved, Unwritable
from store.repo.objects import MAIN
from store.repo.run import git, unwritable
from store.repo.swap import put_in_place, remove_remains
from store.repo.write import sync_folder

__all__ = ["move_main"]


def move_main(git_dir: str, new: str, old: str | None, handle: str) -> None:
    """Move main from one commit (None: from nothing) to the next; durable when this returns.

    Raises:
        Moved: it is somewhere else by now.
        Unwritable: the disk does not take it.
        StoreError: another program holds the ref's lock.
    """
    if os.path.isdir(os.path.join(git_dir, "reftable")):
        git(
            git_dir,
            "update-ref",
            "--no-deref",
            "--end-of-options",
            MAIN,
            new,
            old or "0" * len(new),
        )
        return
    path = os.path.join(git_dir, MAIN)
    prepared = os.path.join(git_dir, "dalil", "main.next")
    try:
        for file in (path, prepared):
            os.makedirs(os.path.dirname(file), exist_ok=True)
        remove_remains(prepared, path)
        _write(prepared, new)
        put_in_place(prepared, path, lambda: _compare(_current(git_dir, path), old))
    except OSError as error:
        raise unwritable(error) from error
    _sync(os.path.dirname(path))
    with suppress(OSError):  # main has moved: what is only for people must not deny it
        _note(git_dir, old or "0" * len(new), new, handle)


def _sync(folder: str) -> None:
    try:
        sync_folder(folder)
    except OSError as error:  # nobody may say now that nothing was changed
        raise Unwritable(
            "it is saved, but the disk does not confirm it: {reason}",
            hint="it may be lost if the power fails: look after this disk, and make a copy",
            reason=error.strerror or str(error.errno),
        ) from error


def _compare(current: str | None, expected: str | None) -> None:
    if current != expected:
        raise Moved("somebody saved at the same moment", hint="nothing was lost: save again")


def _write(path: str, oid: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        file.write(oid.encode() + b"\n")
        file.flush()
        os.fsync(descriptor)


def _current(git_dir: str, path: str) -> str | None:
    try:
        with open(path, encoding="ascii") as file:
            return file.read().strip()
    except FileNotFoundError:
        pass
    try:
        with open(os.path.join(git_dir, "packed-refs"), encoding="utf-8") as file:
            for line in file:
                oid, _, name = line.strip().partition(" ")
                if name == MAIN:
                    return oid
    except FileNotFoundError:
        pass
    return None


def _note(git_dir: str, old: str, new: str, handle: str) -> None:
    """Add the move to the reflog, as git does; it helps people, nothing here relies on it."""
    for log in (os.path.join(git_dir, "logs", MAIN), os.path.join(git_dir, "logs", "HEAD")):
        os.makedirs(os.path.dirname(log), exist_ok=True)
        with open(log, "a", encoding="ascii") as file:
            file.write(
                f"{old} {new} {handle} <{handle}@dalil.invalid> {int(time.time())} +0000\tdalil\n"
            )
