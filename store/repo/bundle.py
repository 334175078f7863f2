"""A bundle: the history, or its newer part, in one file, for a stick or a messenger.

Format: git's gitformat-bundle(5). The head is read here, and git unpacks the rest with all its
checks; what is in it is then as unproven as what any remote serves.
"""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Sequence
from typing import IO, NamedTuple

from store.errors import BadFormat, NotFound, Remote
from store.repo.carrier import LARGEST, Way, carrier, go
from store.repo.faults import fault
from store.repo.objects import MAIN, ObjectReader

__all__ = ["pack_up", "unpack"]

_HEAD_LIMIT = 256 * 1024
_LINE_LIMIT = 4096
_OID = re.compile(r"[0-9a-f]{40}")


class _Head(NamedTuple):
    """What a bundle says of itself: where main is (None: nowhere), what it is built upon."""

    main: str | None
    bases: tuple[str, ...]


def unpack(git_dir: str, way: Way, have: Sequence[str] = ()) -> str | None:
    """Take the objects of a bundle file in; give the commit of its main branch, not verified.

    Raises:
        BadFormat: it is no bundle, or damaged; nothing of it can be seen.
        NotFound: it is built upon commits that are not here.
        Remote: it cannot be read.
        Unwritable, Cancelled: as for any remote.
    """
    try:
        with open(os.open(way.address, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _no_bundle(way.address)
            head = _read_head(file, way.address)
            if head.main is None:
                return None
            _must_have(git_dir, head, way.address)
            known = {f"refs/have/{n}": oid for n, oid in enumerate((*have, *head.bases))}
            with carrier(git_dir, known) as folder:
                _take_in(folder, file, way)
                _must_be_whole(folder, head.main, way)
    except OSError as error:
        raise Remote(
            "{path} cannot be read: {reason}", path=way.address, reason=error.strerror
        ) from error
    return head.main


def pack_up(git_dir: str, way: Way, tip: str, since: str, file: IO[bytes]) -> None:
    """Write a bundle of a commit and all it is built upon, or what it has and `since` has not.

    Raises:
        Unwritable: the disk does not take it.
        Cancelled: `is_cancelled` said so.
    """
    with carrier(git_dir, {MAIN: tip}) as folder:
        without = [f"^{since}"] if since else []
        line = ["bundle", "create", "--progress", "-", MAIN, *without]
        ended = go(folder, line, way, stdout=file)
    if ended.code:
        raise fault(way.address, ended.said, sending=True)


def _read_head(file: io.BufferedReader, path: str) -> _Head:
    """Read what stands before the pack; the file is left where that begins."""
    signature = file.readline(_LINE_LIMIT)
    if signature not in (b"# v2 git bundle\n", b"# v3 git bundle\n"):
        raise _no_bundle(path)
    main, bases, read = None, list[str](), 0
    while (line := file.readline(_LINE_LIMIT)) != b"\n":
        read += len(line)
        text = line.decode("ascii", "replace").rstrip("\n")
        if not line.endswith(b"\n") or read > _HEAD_LIMIT:
            raise _no_bundle(path)
        if text.startswith("@"):
            if text != "@object-format=sha1":
                raise _no_bundle(path)
            continue
        oid, _, name = text.removeprefix("-").partition(" ")
        if not _OID.fullmatch(oid):
            raise _no_bundle(path)
        if text.startswith("-"):
            bases.append(oid)
        elif name == MAIN:
            main = oid
    return _Head(main, tuple(dict.fromkeys(bases)))


def _must_have(git_dir: str, head: _Head, path: str) -> None:
    """Make sure that the commits which a bundle is built upon are here."""
    with ObjectReader(git_dir) as objects:
        for oid in head.bases:
            try:
                objects.read_many([oid])
            except BadFormat:
                raise NotFound(
                    "{path} holds only what was added after commit {commit}, which is not here",
                    hint="ask for a bundle of everything: dalil bundle export FILE",
                    path=path,
                    commit=oid[:12],
                ) from None


def _take_in(folder: str, file: io.BufferedReader, way: Way) -> None:
    """Let git unpack the rest of the file, with the checks that a fetch makes."""
    os.lseek(file.fileno(), file.tell(), os.SEEK_SET)
    line = ["index-pack", "--stdin", "--fix-thin", "--strict", "-v"]
    ended = go(folder, [*line, f"--max-input-size={LARGEST}"], way, stdin=file)
    if ended.code:
        found = fault(way.address, ended.said)
        if not isinstance(found, Remote):
            raise found
        raise BadFormat(
            "{path} is damaged: {reason}",
            hint="ask for another copy; nothing was changed",
            path=way.address,
            reason=found.values["reason"],
        )


def _must_be_whole(folder: str, tip: str, way: Way) -> None:
    """Make sure that nothing is missing of what a bundle says it brings."""
    line = ["rev-list", "--objects", "--quiet", tip, "--not", "--glob=refs/have"]
    ended = go(folder, line, way._replace(progress=None))
    if ended.code:
        raise BadFormat(
            "{path} is damaged: parts of what it should hold are not in it",
            hint="ask for another copy; nothing was changed",
            path=way.address,
        )


def _no_bundle(path: str) -> BadFormat:
    return BadFormat(
        "{path} is no bundle of a Dalil repository",
        hint="one is made by: dalil bundle export FILE",
        path=path,
    )
