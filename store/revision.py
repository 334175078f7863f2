"""What one commit did: to each case, field by field, and to the policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from store.errors import NotFound, Sealed, StoreError
from store.model.case import Case, Changed
from store.model.diff import Change, diff
from store.reader import Reader
from store.repo import commit as commits
from store.trust.paths import parse_path

if TYPE_CHECKING:
    from store.history import Entry
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
    words of a sealed or damaged one are empty. A case of which the commit touched nothing but a
    part that is sealed here is `sealed`, and what it is called is known.
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
    touched = list(_cases(paths).items())[:limit]
    return [_note(reader, case_id, commit, names) for case_id, names in touched]


def case_changes(reader: Reader, entry: Entry) -> list[CaseChange]:
    """Say what a commit did to each case that it touched; sealed and damaged ones say so."""
    return [case_change(reader, case_id, entry.commit) for case_id in _cases(entry.paths)]


def case_change(reader: Reader, case_id: str, commit: str) -> CaseChange:
    """Say what a commit did to one case, all its parts taken together.

    A sealed or damaged one says so; a case of which only a sealed part was touched is sealed, too.
    """
    try:
        parent = _parent(reader, commit)
        before = _case(reader, case_id, parent) if parent else None
        after = _case(reader, case_id, commit)
        touched = _touched(reader, case_id, parent, commit)
    except Sealed:
        return CaseChange(case_id, "sealed", "", ())
    except StoreError:
        return CaseChange(case_id, "damaged", "", ())
    if _is_sealed(after or before, touched):
        return CaseChange(case_id, "sealed", "", ())
    old, new = (case.data if case else None for case in (before, after))
    why = _changed(after, touched).why if after else ""
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


def _cases(paths: Iterable[str]) -> dict[str, list[str]]:
    """Give the cases among some paths, and in which compartments; strange paths are no cases."""
    places = [place for path in paths if (place := parse_path(path)) is not None]
    cases: dict[str, list[str]] = {}
    for place in places:
        if place.kind == "case":
            cases.setdefault(place.id, []).append(place.compartment)
    return cases


def _note(reader: Reader, case_id: str, commit: str, touched: Sequence[str]) -> CaseNote:
    try:
        case = reader.get(case_id, commit)
    except NotFound:
        return CaseNote(case_id, touched[0], "removed")
    except Sealed:
        return CaseNote(case_id, touched[0], "sealed")
    except StoreError:
        return CaseNote(case_id, touched[0], "damaged")
    if _is_sealed(case, touched):
        return CaseNote(case_id, touched[0], "sealed", case.reference, case.title)
    words = case.reference, case.title, _changed(case, touched).why
    return CaseNote(case_id, case.compartment, "open", *words)


def _touched(reader: Reader, case_id: str, before: str | None, after: str) -> list[str]:
    """Name the compartments whose part of a case is not the same at two commits."""
    old, new = (_places(reader, case_id, commit) for commit in (before, after))
    return [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]


def _places(reader: Reader, case_id: str, commit: str | None) -> dict[str, str]:
    try:
        return reader.places(case_id, commit) if commit else {}
    except NotFound:
        return {}


def _is_sealed(case: Case | None, touched: Sequence[str]) -> bool:
    """Was nothing touched but what cannot be opened?"""
    return case is not None and bool(touched) and set(touched) <= set(case.closed)


def _changed(case: Case, touched: Sequence[str]) -> Changed:
    """Say who changed what a commit touched: each part has a version of its own."""
    if case.compartment in touched:
        return Case(case.data).changed
    parts = {name: part for name, part in case.parts.items() if name in touched}
    return Case({}, parts).changed if parts else case.changed


def _case(reader: Reader, case_id: str, commit: str) -> Case | None:
    try:
        return reader.get(case_id, commit)
    except NotFound:
        return None


def _parent(reader: Reader, commit: str) -> str | None:
    parents = commits.parse(reader.objects.read(commit)[1]).parents
    return parents[0] if parents else None
