"""Destroy what this machine knows for one person: their keys, and what Dalil keeps beside a copy.

Each file is overwritten, taken away, and its folder synced. A magnetic disk then has nothing left;
an SSD, a snapshot, a copying file system or a backup may: see docs/threat-model.md.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from store.crypto.keyfolder import AGE, AGE_PUBLIC, SIGN, SIGN_PUBLIC, Folder

__all__ = ["destroy"]

_KEYS = (AGE, SIGN, AGE_PUBLIC, SIGN_PUBLIC, "git-credentials")  # what matters most goes first
_LOCAL_FILES = ("pin.yaml", "remotes.yaml")
_LOCAL_FOLDERS = ("drafts", "index", "lost")
_PIECE = 1 << 20


def destroy(home: Folder, git_dir: str | None) -> list[str]:
    """Destroy the keys of a folder, and index, drafts and pin of a repository, if there is one.

    Goes on after a fault; gives the paths of what is still there.
    """
    left = []
    for path in _paths(os.fspath(home), git_dir):
        try:
            _destroy_file(path)
        except OSError:
            left.append(path)
    return left


def _paths(home: str, git_dir: str | None) -> Iterator[str]:
    for name in _KEYS:
        yield from _with_leftovers(home, name)
    if git_dir is None:
        return
    local = os.path.join(git_dir, "dalil")
    for folder in _LOCAL_FOLDERS:
        for place, _folders, names in os.walk(os.path.join(local, folder)):
            yield from (os.path.join(place, name) for name in names)
    for name in _LOCAL_FILES:
        yield from _with_leftovers(local, name)


def _with_leftovers(folder: str, name: str) -> Iterator[str]:
    """Give a file, and what a write of it that was cut off left beside it (`store/atomic.py`)."""
    try:
        there = os.listdir(folder)
    except OSError:
        return
    for other in sorted(there, reverse=True):
        if other == name or (other.startswith(f".{name}.") and other.endswith(".tmp")):
            yield os.path.join(folder, other)


def _destroy_file(path: str) -> None:
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return  # another process was faster
    try:
        if stat.S_ISREG(status.st_mode):
            _overwrite(path)
    finally:
        # A file that cannot be overwritten is at least taken away.
        os.unlink(path)
        folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _overwrite(path: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except PermissionError:
        os.chmod(path, stat.S_IRUSR | stat.S_IWUSR)
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with open(descriptor, "wb", buffering=0) as file:
        left = os.fstat(descriptor).st_size
        while left > 0:
            left -= file.write(os.urandom(min(left, _PIECE)))
        os.fsync(descriptor)
