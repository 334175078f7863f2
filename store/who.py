"""Who can read a case now: by part, for each lies in a compartment of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.errors import NotFound
from store.exposure import openers
from store.model.parts import SEALED, sealed_items
from store.places import compartments_with_cases
from store.repo.trees import find
from store.trust.paths import case_path

if TYPE_CHECKING:
    from store.model.case import Case
    from store.reader import Reader
    from store.trust.policy import Policy

__all__ = ["Readers", "readers_by_compartment", "readers_of"]


class Readers(NamedTuple):
    """One part of a case, and who can read it.

    `readers` are handle and role of each member of the compartment who has an age key; `recovery`
    counts the recovery identities, on paper, that open it too. `epoch` is that of the key which
    opens this part. `former` are those who hold it and are no readers any more: they left, and no
    new epoch began; or a merge brought in what was encrypted before they left.
    """

    compartment: str
    epoch: int
    readers: tuple[tuple[str, str], ...]
    recovery: int
    former: tuple[str, ...] = ()


def readers_of(reader: Reader, case_id: str) -> list[Readers]:
    """List the parts of a case, as of the last verified commit, with those who can read them.

    Raises:
        NotFound: there is no such case.
    """
    policy = reader.policy
    tree = reader.tree(reader.tip)
    names = compartments_with_cases(reader.objects, tree)
    paths = {name: case_path(name, case_id) for name in names if name in policy.compartments}
    blobs = {path: find(reader.objects, tree, path) for path in paths.values()}
    files = {path: blob for path, blob in blobs.items() if blob}
    if not files:
        raise NotFound("there is no case {case}", hint="`dalil list` shows them all", case=case_id)
    opened = openers(reader, files)
    return [_readers(policy, name, *opened[path]) for name, path in paths.items() if path in files]


def _readers(policy: Policy, name: str, epoch: int, opened: list[str]) -> Readers:
    readers = [handle for handle in policy.readers(name) if policy.members[handle].age]
    return Readers(
        name,
        epoch,
        tuple((handle, policy.members[handle].role or "") for handle in readers),
        len(policy.recovery),
        tuple(handle for handle in opened if handle not in readers),
    )


def readers_by_compartment(reader: Reader, case: Case) -> dict[str, list[str]]:
    """Name those who can open what is sealed in a case, by the compartment it is sealed into."""
    policy = reader.policy
    names = {str(item[SEALED]) for _, item in sealed_items(case.data)}
    return {name: policy.readers(name) for name in sorted(names)}
