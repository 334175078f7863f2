"""Carry the history in a file: what one copy has, verified, into another that believes nothing."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from store.committing import must_trust
from store.errors import Moved, NotFound, Refused, Unwritable
from store.remote.fetch import HERE, receive
from store.remote.joining import join
from store.remote.news import incoming
from store.remote.state import Known
from store.remote.sync import Synced
from store.repo.bundle import pack_up
from store.repo.write import sync_folder
from store.trust.kinship import descends

if TYPE_CHECKING:
    from store.repo.carrier import Way
    from store.vault import Vault

__all__ = ["Exported", "export_bundle", "import_bundle"]

_ROUNDS = 8


class Exported(NamedTuple):
    """A bundle that was written: its file, the newest commit in it, and how many there are."""

    path: str
    tip: str
    commits: int


def export_bundle(
    vault: Vault, path: str, *, since: str = "", replace: bool = False, way: Way = HERE
) -> Exported:
    """Write all verified history into one file, or what was added after the commit `since`.

    The file appears when it is whole; what it holds is what any remote holds, ciphertext.

    Raises:
        Refused: there is such a file already, or nothing was added after `since`.
        BadSignature: the history of this copy is not authentic.
        Unwritable: the disk does not take it.
        Cancelled: it was stopped, and there is no file.
    """
    vault.refresh()
    must_trust(vault)
    path, tip = os.path.abspath(path), vault.tip
    if os.path.lexists(path) and not replace:
        raise Refused("{path} is there already", hint="--replace writes over it", path=path)
    if since and (since == tip or not descends(vault.objects, tip, since)):
        raise Refused(
            "nothing was added after commit {commit}",
            hint="name an earlier one, or leave --since out for everything",
            commit=since[:12],
        )
    count = len(vault.objects.reachable(tip, [since] if since else []))
    _write(vault.git_dir, path, tip, since, way._replace(address=path, protocol="file"))
    return Exported(path, tip, count)


def import_bundle(vault: Vault, path: str, *, way: Way = HERE) -> Synced:
    """Take in what a bundle brings, as a sync does: verified, then moved to, or merged.

    Nothing is trusted because it lies on a stick: `state` is `done` or `refused`.

    Raises:
        NotFound: there is no such file; or it is built upon commits that are not here.
        BadFormat: it is no bundle, or damaged.
        Refused, Sealed: it has to be merged, and this member cannot.
        Unwritable: the disk does not take it.
        Cancelled: it was stopped; nothing has changed.
    """
    if not os.path.isfile(path):
        raise NotFound("there is no file {path}", path=path)
    known, name = Known(os.path.abspath(path)), os.path.basename(path)
    vault.refresh()
    must_trust(vault)
    begin = vault.tip
    for _ in range(_ROUNDS):
        with suppress(Moved):  # somebody saved meanwhile
            found = receive(vault, name, known, way, me=vault.handle)
            if found.is_refused:
                return Synced(name, "refused", found)
            merged = join(vault, found, way) if found.state == "apart" else None
            return Synced(name, "done", found, merged, 0, incoming(vault, begin, found.tip))
    raise Moved("others saved here again and again meanwhile", hint="nothing is lost: import again")


def _write(git_dir: str, path: str, tip: str, since: str, way: Way) -> None:
    folder = os.path.dirname(path)
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=".bundle-", suffix=".tmp", dir=folder)
        try:
            with open(descriptor, "w+b") as file:
                pack_up(git_dir, way, tip, since, file)
                os.fsync(descriptor)
            os.replace(temporary, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise
        sync_folder(folder)
    except OSError as error:
        raise Unwritable(
            "cannot write {path}: {reason}",
            hint="check the free space and the permissions of that folder",
            path=path,
            reason=error.strerror or type(error).__name__,
        ) from error
