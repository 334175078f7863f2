"""Bring the main branch of a remote into the object database, and nothing else.

Only objects come: no ref moves here. The remote may be a bundle file, too.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from store.repo.bundle import unpack
from store.repo.carrier import Way, carrier, go, other_end
from store.repo.faults import fault

__all__ = ["bring_main"]

_TARGET = "refs/incoming"
_NO_MAIN = b"couldn't find remote ref"


def bring_main(git_dir: str, way: Way, have: Sequence[str] = ()) -> str | None:
    """Fetch what `refs/heads/main` leads to at a remote; give its commit id, not verified.

    None when the remote has no main. `have` are commits that need not come again.

    Raises:
        Remote: it cannot be reached, goes silent, or sends what git refuses.
        NotFound: a bundle is built upon commits that are not here.
        BadFormat: a bundle is damaged, or none.
        Unwritable: the disk does not take it.
        Cancelled: `is_cancelled` said so; what had come is not pointed to by anything.
    """
    if way.protocol == "file" and os.path.isfile(way.address):
        return unpack(git_dir, way, have)
    known = {f"refs/have/{number}": oid for number, oid in enumerate(have)}
    with carrier(git_dir, known) as folder:
        line = ["fetch", "--progress", "--no-tags", "--no-recurse-submodules", "--no-auto-gc"]
        line += [
            "--no-write-fetch-head",
            *other_end(way, "upload-pack"),
            "--",
            way.address,
            f"+refs/heads/main:{_TARGET}",
        ]
        ended = go(folder, line, way)
        if ended.code == 0:
            with open(os.path.join(folder, _TARGET), encoding="ascii") as file:
                return file.read().strip()
    if _NO_MAIN in ended.said:
        return None
    raise fault(way.address, ended.said)
