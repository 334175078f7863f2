"""What this clone remembers of its remotes: address, what each served last, how a sync ended.

`.git/dalil/remotes.yaml`. A remote that does not serve any more what it served before was rolled
back or forked, whatever else it shows.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from store.atomic import make_folder, write_file
from store.errors import BadFormat, NotFound, Refused
from store.lock import write_lock
from store.model import codec
from store.repo.marks import INCOMING, remove_mark, set_mark
from store.trust.kinship import Commits, descends

__all__ = [
    "DEFAULT",
    "Known",
    "add",
    "check_name",
    "known",
    "note",
    "read",
    "remove",
    "served",
    "write",
]

DEFAULT = "origin"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_OID = re.compile(r"(?:[0-9a-f]{40})?")
_OUTCOME = ("", "done", "offline", "refused", "needs_you")
_LOCK = "remotes.lock"
_TIME = re.compile(r"(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?")
_SIZE_LIMIT = 256 * 1024


class Known(NamedTuple):
    """What is known of a remote.

    `tip` is the last verified commit that it served (empty: none yet), `fetched` when, `moved`
    when it last had something new from somebody else; both in UTC, `2026-11-22T09:30:00Z`.
    `outcome` is how the last sync ended (empty: there was none), `tried` when.
    """

    url: str
    tip: str = ""
    fetched: str = ""
    moved: str = ""
    outcome: str = ""
    tried: str = ""


_NEEDED = {"url", "tip", "fetched", "moved"}


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


def known(git_dir: str, name: str) -> Known:
    """Give what is known of one remote.

    Raises:
        NotFound: there is no such remote.
        BadFormat: the name cannot be one, or the file is damaged.
    """
    found = read(git_dir).get(check_name(name))
    if found is None:
        raise NotFound(
            "there is no remote {remote}",
            hint="`dalil remote list` shows them; dalil remote add {remote} URL",
            remote=name,
        )
    return found


def add(git_dir: str, name: str, url: str) -> None:
    """Remember a new remote by its address, which was checked.

    Raises:
        Refused: there is one of that name.
        BadFormat: the name cannot be one.
    """
    check_name(name)
    with write_lock(git_dir, _LOCK):
        remotes = read(git_dir)
        if name in remotes:
            raise Refused(
                "there is a remote {remote} already",
                hint="for another address: dalil fetch {remote} --url URL",
                remote=name,
            )
        write(git_dir, remotes | {name: Known(url)})


def remove(git_dir: str, name: str) -> None:
    """Forget a remote, and what it served last; what came from it stays. Errors as for `known`."""
    with write_lock(git_dir, _LOCK):
        known(git_dir, name)
        remove_mark(git_dir, INCOMING + name)
        remotes = read(git_dir)
        del remotes[name]
        write(git_dir, remotes)


def served(git_dir: str, commits: Commits, name: str, new: Known, before: str) -> None:
    """Write down what a remote has, verified; `before` is what was known when it was asked.

    Where another process has learned more meanwhile, that stays: else a remote that goes back could
    hide it.
    """
    with write_lock(git_dir, _LOCK):
        remotes = read(git_dir)
        last = remotes.get(name, new).tip
        if last not in ("", before, new.tip) and not descends(commits, new.tip, last):
            new = new._replace(tip=last)
        set_mark(git_dir, INCOMING + name, new.tip)
        write(git_dir, remotes | {name: new})


def note(git_dir: str, name: str, outcome: str, at: str) -> None:
    """Write down how a sync with a remote ended, if there is such a remote still."""
    with write_lock(git_dir, _LOCK):
        remotes = read(git_dir)
        if name in remotes:
            remotes[name] = remotes[name]._replace(outcome=outcome, tried=at)
            write(git_dir, remotes)


def _path(git_dir: str) -> str:
    return os.path.join(git_dir, "dalil", "remotes.yaml")


def _known(path: str, name: str, entry: object) -> Known:
    is_sound = (
        _NAME.fullmatch(name)
        and isinstance(entry, dict)
        and _NEEDED <= set(entry) <= set(Known._fields)
        and all(isinstance(value, str) for value in entry.values())
    )
    if not is_sound:
        raise _damaged(path)
    assert isinstance(entry, dict)  # noqa: S101 - asked above
    found = Known(**entry)
    times = (found.fetched, found.moved, found.tried)
    if not (_OID.fullmatch(found.tip) and all(map(_TIME.fullmatch, times))):
        raise _damaged(path)
    return found if found.outcome in _OUTCOME else found._replace(outcome="")


def _damaged(path: str) -> BadFormat:
    return BadFormat(
        "{path} is damaged: it says what your remotes served before",
        hint="restore it from a backup; or remove it, and compare the tip with a colleague",
        path=path,
    )
