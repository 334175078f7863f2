"""Resolve conflicts of a case: what was decided stands, and the conflict goes, in a signed commit.

A decision holds for the conflict as it was seen. Where somebody else has resolved it meanwhile, or
another value came, or the field was changed, nothing is written: it is for a person to look again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from store.committing import commit_parts, prepare, reason_of, settle
from store.errors import BadFormat, Moved, NotFound, Refused
from store.joined import changed_parts, check_seals, must_be_open
from store.lock import write_lock
from store.model.case import Case
from store.model.conflict import Mark, conflicts, resolve
from store.model.parts import SEALED
from store.saving import check_version

if TYPE_CHECKING:
    from store.model.conflict import Conflict
    from store.vault import Vault

__all__ = [
    "Decision",
    "Resolved",
    "decides_who_reads",
    "find_conflict",
    "place_of",
    "resolve_conflicts",
    "standing",
]


class Decision(NamedTuple):
    """What shall stand where a conflict is; None: nothing.

    `conflict` is as it was seen, and `seen` what stood there then.
    """

    conflict: Conflict
    seen: Any
    value: Any


class Resolved(NamedTuple):
    """The commit, and what is left of conflicts in the case."""

    commit: str
    case_id: str
    left: int


def standing(case: Case, conflict: Conflict) -> Any:
    """Give what stands where a conflict is; of one about the whole case only that it is there."""
    return case.get(conflict.path) if conflict.path else True


def place_of(case: Case, conflict: Conflict) -> str:
    """Name the compartment that a conflict lies in: who may write there resolves it."""
    item = case.get(".".join(conflict.path.split(".")[:2]))
    compartment = item.get(SEALED) if isinstance(item, dict) and "id" in item else None
    return str(compartment or case.compartment)


def decides_who_reads(conflict: Conflict) -> bool:
    """Is it about where something lies: in which compartment, sealed or not?"""
    parts = conflict.path.split(".")
    return parts in (["compartment"], ["part_of"]) or (len(parts) > 2 and parts[2:] == [SEALED])  # noqa: PLR2004 - section, item and mark


def find_conflict(case: Case, path: str) -> Conflict:
    """Give the conflict at a path.

    Raises:
        NotFound: there is none; the hint lists where there are.
    """
    found = conflicts(case.data)
    for conflict in found:
        if conflict.path == path:
            return conflict
    raise NotFound(
        "there is no conflict at {path}",
        hint="there are: {paths}" if found else "there is none in this case",
        path=path or ".",
        paths=", ".join(one.path or "." for one in found),
    )


def resolve_conflicts(
    vault: Vault, case_id: str, decisions: Sequence[Decision], why: str
) -> Resolved:
    """Let what was decided stand, and end the conflicts; all of them or none.

    Raises:
        Moved: a conflict, or what stands there, is not as it was seen.
        Refused: this member may not write there; or it would change who reads something.
        BadFormat: there is no reason, or a value does not hold against the table of fields.
        BadSignature, Sealed, Unwritable: as `Vault.edit` says.
    """
    why = reason_of(why)
    with write_lock(vault.git_dir):
        prepare(vault)
        current = vault.get(case_id)
        for decision in decisions:
            _must_be_as_seen(current, decision)
            vault.must_write(place_of(current, decision.conflict))
        merged, parts = _decided(current, decisions)
        files = [(case_id, *part) for part in parts.items()]
        commit = commit_parts(vault, vault.author, files, why, "resolve case")
    settle(vault)
    return Resolved(commit, case_id, len(conflicts(merged.data)) if merged else 0)


def _decided(
    current: Case, decisions: Sequence[Decision]
) -> tuple[Case | None, dict[str, dict[str, Any] | None]]:
    """Give the case as it was decided (None: it goes), and the parts to write."""
    data = current.data
    for conflict, seen, value in decisions:
        if value is None and not conflict.path:
            for name in current.closed:
                must_be_open(current, name)
            return None, dict.fromkeys((current.compartment, *current.parts))
        if value != seen and decides_who_reads(conflict):
            raise Refused(
                "{path} decides who can read it, so here it can only stay as it is: {value}",
                hint="keep it; then choose another with: dalil move, dalil seal, dalil unseal",
                path=conflict.path,
                value=seen,
            )
        if value is not None and value != seen and _is_item(current, conflict.path):
            raise BadFormat(
                "{path} is an item of a list: it stays as it is, or goes",
                hint="edit it in the case, then keep what stands",
                path=conflict.path,
            )
        choice = Mark.HERE if value == seen else Mark.GONE if value is None else value
        settled = resolve(data, conflict.path, choice)
        assert settled is not None  # noqa: S101 - of a part of the case, the rest is left
        data = settled
    merged = Case(data, current.parts, current.closed)
    check_version(current, merged)
    check_seals(current, merged, may_seal=False)
    return merged, changed_parts(current, merged)


def _is_item(case: Case, path: str) -> bool:
    return isinstance(case.get(path.rpartition(".")[0]), list)


def _must_be_as_seen(current: Case, decision: Decision) -> None:
    """Make sure that nobody else decided, or changed anything there, meanwhile."""
    seen = decision.conflict
    now = next((one for one in conflicts(current.data) if one.path == seen.path), None)
    if now is None:
        raise Moved(
            "{by} resolved the conflict at {path} meanwhile",
            hint="look at what stands there now; nothing was saved",
            by=current.changed.by,
            path=seen.path or ".",
        )
    if now.values != seen.values or standing(current, now) != decision.seen:
        raise Moved(
            "the conflict at {path} is not as it was: {by} changed it meanwhile",
            hint="look at its values again, then decide; nothing was saved",
            by=current.changed.by,
            path=seen.path or ".",
        )
