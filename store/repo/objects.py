"""Read git objects through one persistent process, each hashed again before it is believed.

`git cat-file` serves a loose object that somebody edited on disk as it is, and only `git fsck`
would notice; so nothing is taken from it whose hash is not its name.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha1
from types import MappingProxyType
from typing import Self

from store.errors import BadFormat, StoreError
from store.repo.run import command, environment, failure, git, no_git
from store.repo.spawn import Process

__all__ = ["MAIN", "ObjectReader", "object_id"]

MAIN = "refs/heads/main"
_CHUNK = 1000  # requests of 50 bytes: one write that a pipe of 64 KiB takes without waiting
_PIPE = 1024 * 1024  # bytes git may be ahead of us with its answers
_BUFFER = 64 * 1024  # bytes taken from it at a time
_RECENT = 512  # commits and trees kept: the way to a case is walked again and again
_SMALL = 32 * 1024
_AHEAD = 64 * 1024 * 1024  # bytes of commits that are kept ahead
_MAX_OBJECT = 64 * 1024 * 1024
_NEWLINE = 10
_FETCH = "fetch it again from a colleague's clone"
_MISSING_TIP = "the commit that {ref} points to is missing from this repository"


def object_id(kind: str, data: bytes) -> str:
    """Compute the id of an object: SHA-1 over its header and content."""
    digest = sha1(b"%s %d\0" % (kind.encode(), len(data)), usedforsecurity=False)
    digest.update(data)
    return digest.hexdigest()


class ObjectReader:
    """Objects and refs of one repository, by `git cat-file --batch-command`.

    Threads take turns. Close it, or use it with `with`.
    """

    rehashes = True
    """Each object's id is recomputed before it is given out; verification asks for that."""

    def __init__(self, git_dir: str, settings: Mapping[str, str] = MappingProxyType({})) -> None:
        """Read from a repository; `settings` of git's environment name more places of objects."""
        self._git_dir = git_dir
        self._settings = settings
        self._recent: dict[str, tuple[str, bytes]] = {}
        self._ahead: dict[str, bytes] = {}
        self._process: Process | None = None
        self._turn = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the git process; the next read starts another."""
        with self._turn:
            process, self._process = self._process, None
        if process is not None:
            process.close()

    def resolve(self, ref: str) -> str | None:
        """Give the object id a full ref name points to, or None.

        Raises:
            BadFormat: it points to an object that is missing or damaged.
        """
        try:
            with self._turn:
                return self._request([ref])[0][0]
        except _Missing:
            if not self._has(ref):
                return None
            raise _Missing(_MISSING_TIP, hint=_FETCH, ref=ref) from None

    def read(self, oid: str) -> tuple[str, bytes]:
        """Give an object's kind (`commit`, `tree`, `blob`, `tag`) and content.

        Raises:
            BadFormat: it is missing, or what is there is damaged or was altered.
        """
        with self._turn:
            known = self._recent.get(oid)
            if known is None:
                known = self.read_many([oid])[0]
                if known[0] != "blob" and len(known[1]) <= _SMALL:
                    if len(self._recent) >= _RECENT:
                        self._recent.clear()
                    self._recent[oid] = known
            return known

    def read_many(self, oids: Sequence[str]) -> list[tuple[str, bytes]]:
        """Give the kind and content of each object, in order; errors as for `read`."""
        with self._turn:
            return self._read_some(oids)

    def _read_some(self, oids: Sequence[str]) -> list[tuple[str, bytes]]:
        if self._ahead:
            ahead = [self._ahead.pop(oid, None) for oid in oids]
            absent = [oid for oid, raw in zip(oids, ahead, strict=True) if raw is None]
            others = iter(self._read_now(absent))
            return [next(others) if raw is None else ("commit", raw) for raw in ahead]
        return self._read_now(oids)

    def _read_now(self, oids: Sequence[str]) -> list[tuple[str, bytes]]:
        found: list[tuple[str, bytes]] = []
        for start in range(0, len(oids), _CHUNK):
            chunk = oids[start : start + _CHUNK]
            for asked, (oid, kind, data) in zip(chunk, self._request(chunk), strict=True):
                if oid != asked:
                    raise _altered(asked)
                found.append((kind, data))
        return found

    def reachable(self, tip: str, without: Sequence[str]) -> Sequence[str]:
        """List the commits that git finds from `tip` and not from `without`, the newest first.

        A hint for reading ahead: grafts and the like make git lie about it, so nothing is
        concluded from it. `read_many` gives out once what was read on the way.
        """
        from store.repo.ahead import commits_ahead

        ids, kept = [], 0
        self._ahead.clear()
        for oid, raw in commits_ahead(self._git_dir, tip, without, self._settings):
            ids.append(oid)
            kept += len(raw)
            if kept < _AHEAD:
                self._ahead[oid] = raw
        return ids

    def _has(self, ref: str) -> bool:
        """Is there such a ref, wherever it leads to?"""
        listed = git(self._git_dir, "for-each-ref", "--format=%(refname)", "--", ref)
        return bool(listed) or os.path.lexists(os.path.join(self._git_dir, ref))

    def _request(self, names: Sequence[str]) -> list[tuple[str, str, bytes]]:
        process = self._open()
        try:
            requests = "".join(f"contents {name}\n" for name in names)
            process.stdin.write(f"{requests}flush\n".encode())
            process.stdin.flush()
            return _answers(process, names)
        except (BrokenPipeError, _CutShort):
            raise self._died() from None
        except BaseException:
            self.close()  # the answers that follow are not read: start anew rather than misread
            raise

    def _open(self) -> Process:
        if self._process is None:
            try:
                # Buffered: without it git makes one write for each object.
                line = command(self._git_dir, "cat-file", "--batch-command", "--buffer")
                self._process = Process(line, {**environment(), **self._settings}, _BUFFER)
            except OSError:
                raise no_git() from None
            with suppress(OSError):  # a smaller pipe is slower, and nothing else
                fcntl.fcntl(self._process.stdout, fcntl.F_SETPIPE_SZ, _PIPE)
        return self._process

    def _died(self) -> StoreError:
        """Tell why the process ended in the middle: a damaged object, or no repository."""
        process = self._process
        assert process is not None  # noqa: S101 - just used
        process.kill()
        said = process.stderr.read()
        self.close()
        if any(
            sign in said for sign in (b"corrupt", b"unable to", b"garbage", b"inflate", b"loose")
        ):
            return BadFormat(
                "an object of this repository is damaged on disk",
                hint="`git fsck` names it; fetch it again from a colleague's clone",
            )
        return failure("cat-file", said)


class _Missing(BadFormat):
    """Git does not have the object."""


def _answers(process: Process, names: Sequence[str]) -> list[tuple[str, str, bytes]]:
    """Read an answer for each name: `<oid> <kind> <size>`, a newline, the content, a newline.

    The id is computed from what was read, and must be the one that git gives.
    """
    readline, read = process.stdout.readline, process.stdout.read
    found = []
    for name in names:
        head = readline()
        oid, _, form = head[:-1].partition(b" ")
        kind, _, length = form.partition(b" ")
        if not length.isdigit():
            if form == b"missing":
                raise _Missing(
                    "the object {oid} is missing from this repository", hint=_FETCH, oid=name
                )
            raise _CutShort
        size = int(length)
        if size > _MAX_OBJECT:
            raise BadFormat("the object {oid} is larger than any of Dalil's", oid=name)
        content = read(size + 1)
        if len(content) != size + 1 or content[-1] != _NEWLINE:
            raise _CutShort
        data, given = content[:-1], oid.decode()
        # What the id of an object is made of stands in the answer: kind, size, a zero, the content.
        if sha1(b"%b\0%b" % (form, data), usedforsecurity=False).hexdigest() != given:
            raise _altered(name)
        found.append((given, kind.decode(), data))
    return found


def _altered(oid: str) -> BadFormat:
    return BadFormat("the object {oid} was altered on this disk", hint=_FETCH, oid=oid)


class _CutShort(Exception):
    """The answer of git ended before it was complete."""
