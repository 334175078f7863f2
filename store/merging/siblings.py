"""Put together what somebody had to merge blind: by who can open both versions of it.

A blind merge leaves a version beside another under a sibling name, or one case with two homes. Each
is merged as the two would have been, from where they parted; what came later stays.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from store.committing import prepare, settle
from store.errors import Cancelled
from store.lock import write_lock
from store.merging.asides import candidates, find_aside, find_stray
from store.merging.landing import must_sign
from store.merging.opener import Opener
from store.merging.places import standing
from store.merging.tip import Merged
from store.merging.together import Together, is_same, put_together, unite
from store.model.case import Case
from store.model.merge import Side
from store.part import seal_part
from store.trust.paths import RepoPath, case_path, parse_path
from store.writing import make_commit

if TYPE_CHECKING:
    from store.vault import Vault

__all__ = ["join_siblings"]

Data = dict[str, Any]
Files = dict[str, bytes | None]
_MESSAGE = "merge"


def join_siblings(
    vault: Vault, *, since: str = "", is_cancelled: Callable[[], bool] | None = None
) -> Merged:
    """Merge the versions that stand beside each other, as far as this member can open them.

    One commit as a rule; one more for each further version of one case. With `since`, an earlier
    commit, a second home is only looked for in what differs from it: that takes opening each part
    of each case that has several. `blind` are those left.

    Raises:
        Refused: the root commit of this copy is not confirmed.
        BadSignature: the history is not authentic.
        Cancelled: `is_cancelled` said so.
        Unwritable: the disk does not take it.
    """
    cases: dict[str, None] = {}
    conflicts = 0
    with write_lock(vault.git_dir):
        prepare(vault)
        found = candidates(vault, since)
        wanted = list(found)
        while wanted:
            joined = _join(vault, wanted, is_cancelled)
            if joined.files:
                _commit(vault, joined.files)
            cases |= dict.fromkeys(joined.cases)
            conflicts += joined.conflicts
            wanted = joined.cases  # there may be more versions of these
        left = _left(vault, found)
    if not cases:
        return Merged(vault.tip, "nothing", blind=left)
    settle(vault)
    return Merged(vault.tip, "merged", tuple(cases), conflicts, left)


class _Joined(NamedTuple):
    """The cases of which two versions are one now, what to write, and how many new conflicts."""

    cases: list[str]
    files: dict[str, bytes | None]
    conflicts: int


def _join(vault: Vault, wanted: Sequence[str], is_cancelled: Callable[[], bool] | None) -> _Joined:
    """Merge two versions of each case, where it has two that open."""
    opener = Opener(vault, [vault.tip])
    joined = _Joined([], {}, 0)
    for case_id in wanted:
        if is_cancelled is not None and is_cancelled():
            raise Cancelled
        opener.fetch(())
        found = _merged(vault, opener, case_id)
        if found is not None:
            files, count = found
            joined = _Joined(
                [*joined.cases, case_id], joined.files | files, joined.conflicts + count
            )
    return joined


def _commit(vault: Vault, files: Files) -> None:
    author = must_sign(vault, (vault.policy,))
    changes = list(files.items())
    vault.accept(make_commit(vault.git_dir, vault.objects, vault.tip, changes, _MESSAGE, author))


def _left(vault: Vault, found: Mapping[str, Sequence[RepoPath]]) -> tuple[str, ...]:
    """Name the cases of which a version goes on standing beside another."""
    tree = vault.tree(vault.tip)
    return tuple(
        case_id
        for case_id, some in found.items()
        if some and standing(vault.objects, tree, case_id).beside
    )


def _merged(vault: Vault, opener: Opener, case_id: str) -> tuple[Files, int] | None:
    """Give the files of the merged case; None where this member cannot put them together."""

    def credit(_number: int, case: Case | None) -> Side:
        return Side(case.data, case.changed.by, case.changed.at) if case else Side(None, "", "")

    def breadth(compartment: str) -> int:
        return len(vault.policy.readers(compartment))

    aside = find_aside(vault, opener, case_id)
    if aside is not None:
        places = (aside.now, aside.other)
        together = put_together(opener, case_id, places, aside.bases, credit, breadth)
        found = _files(vault, opener, case_id, together, aside.gone)
        if found is not None:
            return found
    stray = find_stray(vault, opener, case_id)
    if stray is None:
        return None
    other = (stray.compartment, stray.data)
    together = unite(opener, case_id, stray.now, other, credit, breadth)
    return _files(vault, opener, case_id, together, (stray.path,))


def _files(
    vault: Vault, opener: Opener, case_id: str, together: Together | None, gone: Sequence[str]
) -> tuple[Files, int] | None:
    """Give what has to be written; None where something of it does not open, or may not be."""
    touched = {place.compartment for path in gone if (place := parse_path(path))}
    if together is None or touched & together.shut:
        return None
    files: Files = dict.fromkeys(gone)
    now = standing(vault.objects, vault.tree(vault.tip), case_id).parts
    for name, data in together.targets.items():
        stands = opener.part(case_id, name, now[name]) if name in now else None
        if data is not None and stands is not None and is_same(stands, data):
            continue
        files[case_path(name, case_id)] = _sealed(vault, name, data) if data else None
        touched.add(name)
    return (files, together.conflicts) if all(map(vault.may_write, touched)) else None


def _sealed(vault: Vault, compartment: str, data: Data) -> bytes:
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(vault.clock()))
    changed = {"changed": {"by": vault.handle, "at": at, "why": _MESSAGE}}
    return seal_part(Case(data | changed), vault.recipient(compartment))
