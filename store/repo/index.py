"""Change a few entries of git's index in process, for it is most of what a save costs.

`git update-index` reads every entry, and writes and hashes all of them again. Where contents change
and nothing else, a few bytes differ: the object ids of those files and, in the extension `TREE`, of
the folders above them. The format is that of git's `Documentation/gitformat-index.txt`. What does
not look as expected is left to git.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import sha1
from typing import NamedTuple

from store.repo.objects import ObjectReader
from store.repo.trees import find

__all__ = ["Replaced", "patch", "replacements"]

_MOST = 16
"""More files than this at once: git reads the index once for all of them."""
_VERSIONS = (b"DIRC\0\0\0\x02", b"DIRC\0\0\0\x03")
_MODE = (0o100644).to_bytes(4, "big")
_MODE_AT, _OID_AT, _FLAGS_AT = 24, 40, 60  # in an entry
_OID = 20
_SIGN = 8  # bytes of an extension's signature and size
_LONGEST = 0xFFF  # bytes of a path that the flags of an entry can tell
_FOLDER = re.compile(rb"([^\0]*)\0(-1|[0-9]+) ([0-9]+)\n")


class Replaced(NamedTuple):
    """A path and the ids of what was there and of what is there now."""

    path: str
    old: str
    new: str


def replacements(
    objects: ObjectReader, old: str, new: str, changes: Sequence[tuple[str, str | None]]
) -> tuple[list[Replaced], list[Replaced]] | None:
    """Give the files and folders whose id differs between two trees, as `patch` takes them.

    `changes` are their `differences`. None: a file came or went, or there are too many.
    """
    if len(changes) > _MOST:
        return None
    files, folders = [], {"": Replaced("", old, new)}
    for path, blob in changes:
        before = find(objects, old, path)
        if before is None or blob is None:
            return None
        files.append(Replaced(path, before, blob))
        above = path.rpartition("/")[0]
        while above not in folders:
            ids = find(objects, old, above), find(objects, new, above)
            folders[above] = Replaced(above, ids[0] or "", ids[1] or "")
            above = above.rpartition("/")[0]
    return files, list(folders.values())


def patch(raw: bytes, files: Sequence[Replaced], folders: Sequence[Replaced]) -> bytes | None:
    """Give an index with other contents of some files; None where that is a matter for git.

    Git is made to look at these files again: nothing is known of their times and sizes.
    """
    end = len(raw) - _OID
    start = _folders_start(raw, end)
    if raw[: len(_VERSIONS[0])] not in _VERSIONS or start is None:
        return None
    patched = bytearray(raw)
    for file in files:
        at = _entry(raw, file)
        if at is None:
            return None
        fresh = bytes(_MODE_AT) + _MODE + bytes(_OID_AT - _MODE_AT - len(_MODE))
        patched[at : at + _FLAGS_AT] = fresh + bytes.fromhex(file.new)
    wanted = {folder.path: folder for folder in folders}
    for path, at in _known_folders(raw, start, end):
        folder = wanted.get(path)
        if folder is not None:
            if raw[at : at + _OID].hex() != folder.old:
                return None  # somebody put other files into the index
            patched[at : at + _OID] = bytes.fromhex(folder.new)
    patched[end:] = sha1(memoryview(patched)[:end], usedforsecurity=False).digest()
    return bytes(patched)


def _entry(raw: bytes, file: Replaced) -> int | None:
    """Find the entry of a file; None where it has flags, or another content or mode."""
    path = file.path.encode("utf-8", "surrogateescape")
    if len(path) >= _LONGEST:
        return None
    at = raw.find(len(path).to_bytes(2, "big") + path + b"\0") - _FLAGS_AT
    if at < 0 or raw[at + _MODE_AT : at + _MODE_AT + len(_MODE)] != _MODE:
        return None
    return at if raw[at + _OID_AT : at + _FLAGS_AT].hex() == file.old else None


def _folders_start(raw: bytes, end: int) -> int | None:
    """Find where the folders begin; None when they are not the one extension at the end."""
    at = raw.rfind(b"TREE", 0, end)
    while at >= 0:
        start = at + _SIGN
        if int.from_bytes(raw[at + 4 : start], "big") == end - start:
            return start
        at = raw.rfind(b"TREE", 0, at)
    return None


def _known_folders(raw: bytes, start: int, end: int) -> Iterator[tuple[str, int]]:
    """Go through the folders whose ids git has written down: path, and where the id stands."""
    open_folders: list[tuple[str, int]] = []  # (path and slash, folders below that are to come)
    at = start
    while at < end and (found := _FOLDER.match(raw, at, end)):
        name, count, below = found[1].decode("utf-8", "surrogateescape"), found[2], int(found[3])
        while open_folders and not open_folders[-1][1]:
            open_folders.pop()
        prefix = ""
        if open_folders:
            prefix, rest = open_folders[-1]
            open_folders[-1] = (prefix, rest - 1)
        at = found.end()
        if count != b"-1":
            yield prefix + name, at
            at += _OID
        open_folders.append((f"{prefix}{name}/" if name else "", below))
