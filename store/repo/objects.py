"""Read git objects through one persistent process, each hashed again before it is believed.

`git cat-file` serves a loose object that somebody edited on disk as it is, and only `git fsck`
would notice; so nothing is taken from it whose hash is not its name.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha1
from typing import Self

from store.errors import BadFormat, NotFound, StoreError
from store.repo.run import command, environment, failure, no_git

__all__ = ["MAIN", "ObjectReader", "object_id"]

MAIN = "refs/heads/main"
_CHUNK = 1000  # names of 41 bytes: one write that a pipe of 64 KiB takes without waiting
_RECENT = 512  # commits and trees kept: the way to a case is walked again and again
_SMALL = 32 * 1024
_MAX_OBJECT = 64 * 1024 * 1024


def object_id(kind: str, data: bytes) -> str:
    """Compute the id of an object: SHA-1 over its header and content."""
    return sha1(b"%s %d\0%b" % (kind.encode(), len(data), data), usedforsecurity=False).hexdigest()


class ObjectReader:
    """Objects and refs of one repository, by `git cat-file --batch`.

    Not for two threads at once. Close it, or use it with `with`.
    """

    def __init__(self, git_dir: str) -> None:
        self._git_dir = git_dir
        self._recent: dict[str, tuple[str, bytes]] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the git process; the next read starts another."""
        process, self._process = self._process, None
        if process is not None:
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    with suppress(BrokenPipeError):  # it may have died before it read everything
                        stream.close()
            process.wait()

    def resolve(self, ref: str) -> str | None:
        """Give the object id a full ref name points to, or None."""
        try:
            return self._request([ref])[0][0]
        except NotFound:
            return None

    def read(self, oid: str) -> tuple[str, bytes]:
        """Give an object's kind (`commit`, `tree`, `blob`, `tag`) and content.

        Raises:
            NotFound: there is no such object.
            BadFormat: what is there is damaged or was altered.
        """
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
        found: list[tuple[str, bytes]] = []
        for start in range(0, len(oids), _CHUNK):
            chunk = oids[start : start + _CHUNK]
            for asked, (oid, kind, data) in zip(chunk, self._request(chunk), strict=True):
                if object_id(kind, data) != asked or oid != asked:
                    raise BadFormat("the object {oid} was altered on this disk", oid=asked)
                found.append((kind, data))
        return found

    def _request(self, names: Sequence[str]) -> list[tuple[str, str, bytes]]:
        process = self._open()
        assert process.stdin is not None  # noqa: S101 - it was opened with a pipe
        try:
            process.stdin.write("".join(f"{name}\n" for name in names).encode())
            process.stdin.flush()
            return [self._answer(process, name) for name in names]
        except (BrokenPipeError, _CutShort):
            raise self._died() from None
        except NotFound:
            self.close()  # the answers that follow are not read: start anew rather than misread
            raise

    def _open(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            try:
                self._process = subprocess.Popen(
                    command(self._git_dir, "cat-file", "--batch"),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=environment(),
                )
            except FileNotFoundError:
                raise no_git() from None
        return self._process

    @staticmethod
    def _answer(process: subprocess.Popen[bytes], name: str) -> tuple[str, str, bytes]:
        assert process.stdout is not None  # noqa: S101 - it was opened with a pipe
        head = process.stdout.readline()
        parts = head.split()
        if len(parts) == 2 and head.endswith(b"missing\n"):  # noqa: PLR2004 - `<name> missing`
            raise NotFound("the object {oid} is missing from this repository", oid=name)
        if len(parts) != 3 or int(parts[2]) > _MAX_OBJECT:  # noqa: PLR2004 - `<oid> <kind> <size>`
            raise _CutShort
        size = int(parts[2])
        data = process.stdout.read(size + 1)
        if len(data) != size + 1:
            raise _CutShort
        return parts[0].decode(), parts[1].decode(), data[:-1]

    def _died(self) -> StoreError:
        """Tell why the process ended in the middle: a damaged object, or no repository."""
        process = self._process
        assert process is not None and process.stderr is not None  # noqa: S101, PT018 - just used
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


class _CutShort(Exception):
    """The answer of git ended before it was complete."""
