"""What one commit did: to each case, field by field, and to the policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from store.errors import NotFound, Sealed, StoreError
from store.model.diff import Change, diff
from store.reader import Reader
from store.repo import commit as commits
from store.trust.paths import parse_path

if TYPE_CHECKING:
    from store.history import Entry
    from store.model.case import Case
    from store.trust.policy import Policy

__all__ = [
    "CaseChange",
    "CaseNote",
    "case_change",
    "case_changes",
    "case_notes",
    "changes",
    "policy_change",
]


class CaseNote(NamedTuple):
    """What a version of a case says of itself.

    `state` is `open`, `sealed`, `damaged`, or `removed` when the commit took the case away; the
    words of a sealed or damaged one are empty.
    """

    case_id: str
    compartment: str
    state: str
    reference: str = ""
    title: str = ""
    why: str = ""


class CaseChange(NamedTuple):
    """What one commit did to one case; `before` and `after` are the two versions' data.

    `state` is `open`, `sealed` or `damaged`.
    """

    case_id: str
    state: str
    why: str
    changes: tuple[Change, ...]
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


def case_notes(
    reader: Reader, commit: str, paths: Sequence[str], *, limit: int | None = None
) -> list[CaseNote]:
    """Say which cases a commit touched and the reason given; at most `limit` of them are read."""
    return [_note(reader, compartment, i, commit) for i, compartment in _cases(paths)[:limit]]


def case_changes(reader: Reader, entry: Entry) -> list[CaseChange]:
    """Say what a commit did to each case that it touched; sealed and damaged ones say so."""
    return [case_change(reader, case_id, entry.commit) for case_id, _ in _cases(entry.paths)]


def case_change(reader: Reader, case_id: str, commit: str) -> CaseChange:
    """Say what a commit did to one case; a sealed or damaged one says so."""
    try:
        parent = _parent(reader, commit)
        before = _case(reader, case_id, parent) if parent else None
        after = _case(reader, case_id, commit)
    except Sealed:
        return CaseChange(case_id, "sealed", "", ())
    except StoreError:
        return CaseChange(case_id, "damaged", "", ())
    old, new = (case.data if case else None for case in (before, after))
    why = after.changed.why if after else ""
    return CaseChange(case_id, "open", why, tuple(diff(old, new)), old, new)


def changes(reader: Reader, case_id: str, commit: str) -> list[Change]:
    """List what a commit changed in a case, against the commit's first parent.

    Raises:
        Sealed: there is no key for it.
        BadFormat: one of the two versions is damaged.
    """
    parent = _parent(reader, commit)
    before = _case(reader, case_id, parent) if parent else None
    after = _case(reader, case_id, commit)
    return diff(before.data if before else None, after.data if after else None)


def policy_change(reader: Reader, entry: Entry) -> tuple[Policy | None, Policy] | None:
    """Give the policy before and after a commit that changed it; None for the other commits.

    Raises:
        BadFormat: one of the two is no policy.
    """
    if "policy.yaml" not in entry.paths:
        return None
    parent = _parent(reader, entry.commit)
    return (reader.policy_at(parent) if parent else None), reader.policy_at(entry.commit)


def _cases(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Give ids and compartments of the cases among some paths; strange paths are no cases."""
    places = [place for path in paths if (place := parse_path(path)) is not None]
    cases = {place.id: place.compartment for place in places if place.kind == "case"}
    return list(cases.items())


def _note(reader: Reader, compartment: str, case_id: str, commit: str) -> CaseNote:
    try:
        case = reader.get(case_id, commit)
    except NotFound:
        return CaseNote(case_id, compartment, "removed")
    except Sealed:
        return CaseNote(case_id, compartment, "sealed")
    except StoreError:
        return CaseNote(case_id, compartment, "damaged")
    words = case.reference, case.title, case.changed.why
    return CaseNote(case_id, case.compartment, "open", *words)


def _case(reader: Reader, case_id: str, commit: str) -> Case | None:
    try:
        return reader.get(case_id, commit)
    except NotFound:
        return None


def _parent(reader: Reader, commit: str) -> str | None:
    parents = commits.parse(reader.objects.read(commit)[1]).parents
    return parents[0] if parents else None
