"""Put together what somebody had to merge blind: by who can open both versions of it.

A blind merge leaves a version beside another under a sibling name, or one case with two homes. Each
is merged as the two would have been, from where they parted; what came later stays.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from store.committing import prepare, settle
from store.errors import Cancelled
from store.lock import write_lock
from store.merging.asides import Aside, beside, candidates, two_homes
from store.merging.landing import must_sign
from store.merging.opener import Opener
from store.merging.tip import Merged
from store.merging.together import is_same, put_together
from store.model.case import Case
from store.model.merge import Side
from store.part import seal_part
from store.trust.paths import RepoPath, case_path, parse_path
from store.writing import make_commit

if TYPE_CHECKING:
    from store.vault import Vault

__all__ = ["join_siblings"]

Data = dict[str, Any]
_MESSAGE = "merge"


def join_siblings(
    vault: Vault, *, since: str = "", is_cancelled: Callable[[], bool] | None = None
) -> Merged:
    """Merge the versions that stand beside each other, as far as this member can open them.

    One commit for all of them, or none; where more than two versions met it takes more than one
    call. With `since`, an earlier commit, a second home is only looked for in what differs from it:
    that takes opening each part of each case that has several. `blind` are those left.

    Raises:
        Refused: the root commit of this copy is not confirmed.
        BadSignature: the history is not authentic.
        Cancelled: `is_cancelled` said so.
        Unwritable: the disk does not take it.
    """
    with write_lock(vault.git_dir):
        prepare(vault)
        found = candidates(vault, since)
        joined, files, conflicts = _join(vault, found, is_cancelled)
        if not joined:
            return Merged(vault.tip, "nothing", blind=_left(found, joined))
        author = must_sign(vault, (vault.policy,))
        commit = make_commit(
            vault.git_dir, vault.objects, vault.tip, list(files.items()), _MESSAGE, author
        )
        vault.accept(commit)
    settle(vault)
    return Merged(commit, "merged", tuple(joined), conflicts, _left(found, joined))


def _left(found: Mapping[str, Sequence[RepoPath]], joined: Sequence[str]) -> tuple[str, ...]:
    """Name the cases of which a version goes on standing beside another."""
    return tuple(case_id for case_id, some in found.items() if some and case_id not in joined)


def _join(
    vault: Vault,
    wanted: Mapping[str, list[RepoPath]],
    is_cancelled: Callable[[], bool] | None,
) -> tuple[list[str], dict[str, bytes | None], int]:
    """Merge each case; give those that could be, what to write, and how many conflicts are new."""
    opener = Opener(vault, [vault.tip])
    joined: list[str] = []
    files: dict[str, bytes | None] = {}
    conflicts = 0
    for case_id, siblings in wanted.items():
        if is_cancelled is not None and is_cancelled():
            raise Cancelled
        opener.fetch(())
        found = _merged(vault, opener, case_id, two_homes(vault, opener, case_id))
        if found is None:
            found = _merged(vault, opener, case_id, beside(vault, opener, case_id, siblings))
        if found is not None:
            joined.append(case_id)
            files |= found[0]
            conflicts += found[1]
    return joined, files, conflicts


def _merged(
    vault: Vault, opener: Opener, case_id: str, aside: Aside | None
) -> tuple[dict[str, bytes | None], int] | None:
    """Give the files of the merged case; None where this member cannot put them together."""

    def credit(_number: int, case: Case | None) -> Side:
        return Side(case.data, case.changed.by, case.changed.at) if case else Side(None, "", "")

    def breadth(compartment: str) -> int:
        return len(vault.policy.readers(compartment))

    if aside is None:
        return None
    places = (aside.now, aside.other)
    together = put_together(opener, case_id, places, aside.bases, credit, breadth)
    touched = {place.compartment for path in aside.gone if (place := parse_path(path))}
    if together is None or touched & together.shut:
        return None
    files: dict[str, bytes | None] = dict.fromkeys(aside.gone)
    for name, data in together.targets.items():
        stands = together.views[0].parts.get(name)
        if data is not None and stands is not None and is_same(stands, data):
            continue
        files[case_path(name, case_id)] = _sealed(vault, name, data) if data else None
        touched.add(name)
    return (files, together.conflicts) if all(map(vault.may_write, touched)) else None


def _sealed(vault: Vault, compartment: str, data: Data) -> bytes:
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(vault.clock()))
    changed = {"changed": {"by": vault.handle, "at": at, "why": _MESSAGE}}
    return seal_part(Case(data | changed), vault.recipient(compartment))
