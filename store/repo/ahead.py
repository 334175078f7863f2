"""Read the commits of a history ahead, in one stream, as `git rev-list --header` shows them.

For git that is half the work of naming the commits and then reading each of them.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha1
from types import MappingProxyType

from store.repo.run import command, environment

__all__ = ["commits_ahead"]

_PIECE = 256 * 1024
_LONGEST = 1024 * 1024  # bytes of a commit; where there is a longer one, nothing more is read ahead
_ID = 40


def commits_ahead(
    git_dir: str,
    tip: str,
    without: Sequence[str],
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[tuple[str, bytes]]:
    """Give id and content of commits that git finds from `tip` and not from `without`.

    The newest come first, each proven by its id. Some may be left out, where git shows a commit in
    another form than it has, or fails; some may be too many: nothing follows from what is there.
    """
    line = command(git_dir, "rev-list", "--header", "--end-of-options", tip)
    line += [f"^{oid}" for oid in without]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**environment(), **settings}
    ) as process:
        assert process.stdout is not None  # noqa: S101 - it was opened with a pipe
        rest = b""
        while len(rest) < _LONGEST and (piece := process.stdout.read(_PIECE)):
            *records, rest = (rest + piece).split(b"\0")
            yield from filter(None, map(_proven, records))


def _proven(record: bytes) -> tuple[str, bytes] | None:
    """Take back the indentation of a message; None when that does not give the commit again."""
    header, _, message = record[_ID + 1 :].partition(b"\n\n    ")
    raw = b"%b\n\n%b" % (header, message.replace(b"\n    ", b"\n"))
    oid = sha1(b"commit %d\0%b" % (len(raw), raw), usedforsecurity=False).hexdigest()
    return (oid, raw) if record.startswith(oid.encode()) else None
