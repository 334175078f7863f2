"""What this clone remembers of its remotes: address, what each served last, when it last moved.

`.git/dalil/remotes.yaml`. A remote that does not serve any more what it served before was rolled
back or forked, whatever else it shows.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from store.atomic import make_folder, write_file
from store.errors import BadFormat
from store.model import codec

__all__ = ["DEFAULT", "Known", "check_name", "read", "write"]

DEFAULT = "origin"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_OID = re.compile(r"(?:[0-9a-f]{40})?")
_TIME = re.compile(r"(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?")
_SIZE_LIMIT = 256 * 1024


class Known(NamedTuple):
    """What is known of a remote.

    `tip` is the last verified commit that it served (empty: none yet), `fetched` when, `moved`
    when it last had something new from somebody else; both in UTC, `2026-11-22T09:30:00Z`.
    """

    url: str
    tip: str = ""
    fetched: str = ""
    moved: str = ""


def check_name(name: str) -> str:
    """Make sure that a name can stand in a ref.

    Raises:
        BadFormat: it cannot.
    """
    if not _NAME.fullmatch(name):
        raise BadFormat(
            "{name} cannot be the name of a remote",
            hint="use lower-case letters, digits, - and _, 32 at most",
            name=ascii(name)[1:-1][:60],
        )
    return name


def read(git_dir: str) -> dict[str, Known]:
    """Read what is known of all remotes, by name.

    Raises:
        BadFormat: the file is there and damaged; what it held must not be forgotten silently.
    """
    path = _path(git_dir)
    try:
        with open(path, "rb") as file:
            text = file.read(_SIZE_LIMIT + 1)
    except FileNotFoundError:
        return {}
    try:
        found = codec.load(text)
    except BadFormat:
        raise _damaged(path) from None
    if len(text) > _SIZE_LIMIT:
        raise _damaged(path)
    return {name: _known(path, name, entry) for name, entry in found.items()}


def write(git_dir: str, remotes: dict[str, Known]) -> None:
    """Write what is known of all remotes.

    Raises:
        Unwritable: the disk does not take it.
    """
    path = _path(git_dir)
    make_folder(os.path.dirname(path))
    entries = {name: dict(known._asdict()) for name, known in sorted(remotes.items())}
    write_file(path, codec.dump(entries))


def _path(git_dir: str) -> str:
    return os.path.join(git_dir, "dalil", "remotes.yaml")


def _known(path: str, name: str, entry: object) -> Known:
    is_sound = (
        _NAME.fullmatch(name)
        and isinstance(entry, dict)
        and set(entry) == set(Known._fields)
        and all(isinstance(value, str) for value in entry.values())
    )
    if not is_sound:
        raise _damaged(path)
    assert isinstance(entry, dict)  # noqa: S101 - asked above
    known = Known(**entry)
    if not (_OID.fullmatch(known.tip) and all(map(_TIME.fullmatch, known[2:]))):
        raise _damaged(path)
    return known


def _damaged(path: str) -> BadFormat:
    return BadFormat(
        "{path} is damaged: it says what your remotes served before",
        hint="restore it from a backup; or remove it, and compare the tip with a colleague",
        path=path,
    )
