"""Save a case: merged onto what stands now, checked, encrypted part by part, and committed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from store.committing import commit_parts, prepare, reason_of, settle
from store.errors import BadFormat, Moved, NotFound
from store.joined import changed_parts, check_seals, keep_locked
from store.lock import write_lock
from store.model.case import FORMAT, Case
from store.model.check import Problem, check
from store.model.diff import apply, diff
from store.model.fields import load_model
from store.model.nearest import nearest_terms
from store.model.parts import PART_OF
from store.model.shape import HEAD, check_shape
from store.trust.paths import case_path, parse_path
from store.vault import Saved, Vault

if TYPE_CHECKING:
    from store.crypto.identity import MemberIdentity

__all__ = ["Draft", "check_version", "save", "save_all"]


class Draft(NamedTuple):
    """A version to save: made from `before` (None: a new case) as it stood at the commit `seen`.

    Where `seen` is empty, it is not known when `before` was read. `message` names the commit.
    Only where it `seals` may what is sealed, and where, change.
    """

    before: Case | None
    after: Case
    why: str
    message: str
    seen: str = ""
    seals: bool = False


def save(vault: Vault, identity: MemberIdentity, draft: Draft) -> Saved | None:
    """Commit what changed from one version to the next; None when nothing did.

    Raises: as `Vault.edit` says.
    """
    why = reason_of(draft.why)
    before, after = draft.before, draft.after
    changes = diff(before.data if before else None, after.data)
    if not changes:
        return None
    check_version(before, after)
    with write_lock(vault.git_dir):
        prepare(vault)
        is_seen = before is not None and draft.seen == vault.tip
        current = before if is_seen else _current(vault, draft)
        merged = _onto(current, draft)
        check_seals(current, merged, may_seal=draft.seals)
        parts = [(merged.id, *part) for part in changed_parts(current, merged).items()]
        commit = commit_parts(vault, identity, parts, why, draft.message)
    settle(vault)
    return Saved(commit, merged.id, changes)


def save_all(vault: Vault, identity: MemberIdentity, cases: Sequence[Case], why: str) -> str:
    """Commit many new cases at once and give the commit; all of them or none.

    Raises: as `Vault.edit` says.
    """
    why = reason_of(why)
    for case in cases:
        check_version(None, case)
        check_seals(None, case, may_seal=True)
    with write_lock(vault.git_dir):
        prepare(vault)
        if not cases:
            return vault.tip
        _must_be_new(vault, cases)
        count = len(cases)
        message = f"import {count} cases" if count > 1 else "new case"
        parts = ((case.id, *p) for case in cases for p in changed_parts(None, case).items())
        commit = commit_parts(vault, identity, parts, why, message)
    settle(vault)
    return commit


def check_version(before: Case | None, after: Case) -> None:
    """Refuse what is newly wrong; what was wrong before must not keep anybody from other work."""
    _check_head(before, after)
    check_shape(after.data)
    errors = [problem for problem in check(after.data) if problem.severity == "error"]
    known = {(p.path, p.message) for p in check(before.data)} if before and errors else set()
    for problem in errors:
        if (problem.path, problem.message) not in known:
            raise _wrong(problem)


def _wrong(problem: Problem) -> BadFormat:
    field = load_model().field(problem.path)
    terms = nearest_terms(field, str(problem.values.get("code", ""))) if field else ""
    return BadFormat(
        "{path}: {problem}",
        hint="it has: {terms}; nothing was saved"
        if terms
        else "correct it and save again; nothing was saved",
        path=problem.path,
        problem=BadFormat(problem.message, **problem.values),
        terms=terms,
    )


def _check_head(before: Case | None, after: Case) -> None:
    """Refuse an id or compartment that is none, or that is not what it was."""
    own = {key: after.data.get(key) for key in HEAD if key != "changed"}
    place = parse_path(case_path(str(own["compartment"]), str(own["id"])))
    is_sound = place is not None and place.id == own["id"] and own["dalil"] == FORMAT
    was = own if before is None else {key: before.data.get(key) for key in own}
    if not is_sound or own[PART_OF] is not None or own != was:
        raise BadFormat(
            "{id} in {compartment} is no place for this case",
            hint="an id is 20 hex digits; a case keeps its id and compartment",
            id=own["id"],
            compartment=own["compartment"],
        )


def _must_be_new(vault: Vault, cases: Sequence[Case]) -> None:
    known = {path[-24:-4] for path in vault.files(vault.tree(vault.tip))}
    for case in cases:
        if case.id in known:
            raise _taken(case.id)
        known.add(case.id)


def _taken(case_id: str) -> Moved:
    return Moved("there is a case {case} already", hint="nothing was saved", case=case_id)


def _current(vault: Vault, draft: Draft) -> Case | None:
    """Give what stands at the verified tip now; None where there is nothing yet."""
    before = draft.before
    try:
        current = vault.get(draft.after.id)
    except NotFound:
        if before is None:
            return None
        raise Moved(
            "somebody else took this case away meanwhile", hint="your text is still here"
        ) from None
    except BadFormat:
        if before is None or before.data.keys() - HEAD:
            raise
        return before  # a whole version over a damaged one
    if before is None:
        raise _taken(current.id)
    return current


def _onto(current: Case | None, draft: Draft) -> Case:
    """Put the changes onto what stands now."""
    before, after = draft.before, draft.after
    if current is None or before is None:
        return after
    if current.data == before.data:
        return Case(after.data, current.parts, current.closed)
    merged, changes = current.copy(), diff(before.data, after.data)
    keep_locked(current, changes)
    missed = apply(merged.data, changes)
    if missed:
        raise Moved(
            "{by} changed the same field meanwhile: {paths}",
            hint="look at the new value, then save again; nothing you typed is lost",
            by=current.changed.by,
            paths=", ".join(change.path for change in missed),
        )
    check_shape(merged.data)
    return merged
