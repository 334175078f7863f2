"""Save a case: merged onto what stands now, checked, encrypted, and committed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from store.errors import BadFormat, BadSignature, Moved, NotFound, Refused, StoreError
from store.lock import write_lock
from store.model.case import FORMAT, Case
from store.model.check import check
from store.model.diff import apply, diff
from store.model.shape import HEAD, check_shape
from store.part import seal_part
from store.trust.paths import case_path, parse_path
from store.vault import Saved, Vault
from store.writing import Author, make_commit

if TYPE_CHECKING:
    from store.crypto.identity import MemberIdentity

__all__ = ["save", "save_all"]


def save(
    vault: Vault,
    identity: MemberIdentity,
    before: Case | None,
    after: Case,
    why: str,
    message: str,
) -> Saved | None:
    """Commit what changed from one version to the next; None when nothing did.

    Raises: as `Vault.edit` says.
    """
    why = _reason(why)
    changes = diff(before.data if before else None, after.data)
    if not changes:
        return None
    _check(before, after)
    with write_lock(vault.git_dir):
        _prepare(vault, [after])
        merged = _onto_current(vault, before, after)
        commit = _commit(vault, identity, [merged], why, message)
    _settle(vault)
    return Saved(commit, merged.id, changes)


def save_all(vault: Vault, identity: MemberIdentity, cases: Sequence[Case], why: str) -> str:
    """Commit many new cases at once and give the commit; all of them or none.

    Raises: as `Vault.edit` says.
    """
    why = _reason(why)
    for case in cases:
        _check(None, case)
    with write_lock(vault.git_dir):
        _prepare(vault, cases)
        if not cases:
            return vault.tip
        _must_be_new(vault, cases)
        count = len(cases)
        message = f"import {count} cases" if count > 1 else "new case"
        commit = _commit(vault, identity, cases, why, message)
    _settle(vault)
    return commit


def _prepare(vault: Vault, cases: Sequence[Case]) -> None:
    """Make sure that this member may save these cases onto what stands now; the lock is held."""
    vault.refresh()
    _must_trust(vault)
    for compartment in {case.compartment for case in cases}:
        vault.must_write(compartment)


def _settle(vault: Vault) -> None:
    if not vault.settles_later:
        # The save stands whatever becomes of the mirror; the next start makes up for it.
        with suppress(StoreError):
            vault.settle()


def _commit(
    vault: Vault, identity: MemberIdentity, cases: Sequence[Case], why: str, message: str
) -> str:
    """Encrypt cases to their compartments and make the commit; the lock is held."""
    now = int(vault.clock())
    handle = vault.handle
    assert handle is not None  # noqa: S101 - `must_write` asked
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    files = []
    for case in cases:
        case.data["changed"] = {"by": handle, "at": at, "why": why}
        recipient = vault.recipient(case.compartment)
        files.append((case_path(case.compartment, case.id), seal_part(case, recipient)))
    author = Author(handle, identity.signer, now)
    commit = make_commit(vault.git_dir, vault.objects, vault.tip, files, message, author)
    vault.accept(commit)
    return commit


def _reason(why: str) -> str:
    why = why.strip()
    if not why:
        raise BadFormat("a change needs its reason in words", hint="say why with --why")
    return why


def _check(before: Case | None, after: Case) -> None:
    """Refuse what is newly wrong; what was wrong before must not keep anybody from other work."""
    _check_head(before, after)
    check_shape(after.data)
    errors = [problem for problem in check(after.data) if problem.severity == "error"]
    known = {(p.path, p.message) for p in check(before.data)} if before and errors else set()
    for problem in errors:
        if (problem.path, problem.message) not in known:
            raise BadFormat(
                "{path}: {problem}",
                hint="correct it and save again; nothing was saved",
                path=problem.path,
                problem=BadFormat(problem.message, **problem.values),
            )


def _check_head(before: Case | None, after: Case) -> None:
    """Refuse an id or compartment that is none, or that is not what it was."""
    own = {key: after.data.get(key) for key in HEAD if key != "changed"}
    place = parse_path(case_path(str(own["compartment"]), str(own["id"])))
    is_sound = place is not None and place.id == own["id"] and own["dalil"] == FORMAT
    if not is_sound or (before is not None and any(before.data[key] != own[key] for key in own)):
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


def _must_trust(vault: Vault) -> None:
    if vault.trust.state == "broken":
        raise BadSignature(
            "the history is not authentic after commit {tip}, so nothing is built on it",
            hint="`dalil verify` says what is wrong",
            tip=vault.tip[:10],
        )
    if vault.trust.state != "authentic":
        raise Refused(
            "nobody has confirmed the root commit of this copy yet, so nothing is saved into it",
            hint="compare {root} with a colleague, then: dalil verify --pin {root}",
            root=vault.trust.root,
        )


def _onto_current(vault: Vault, before: Case | None, after: Case) -> Case:
    """Put the changes onto what stands at the verified tip now."""
    try:
        current = vault.get(after.id)
    except NotFound:
        if before is not None:
            raise Moved(
                "somebody else took this case away meanwhile", hint="your text is still here"
            ) from None
        return after
    except BadFormat:
        if before is None or before.data.keys() - HEAD:
            raise
        return after  # a whole version over a damaged one
    if before is None:
        raise _taken(after.id)
    if current.data == before.data:
        return after
    merged = current.copy()
    missed = apply(merged.data, diff(before.data, after.data))
    if missed:
        raise Moved(
            "{by} changed the same field meanwhile: {paths}",
            hint="look at the new value, then save again; nothing you typed is lost",
            by=current.changed.by,
            paths=", ".join(change.path for change in missed),
        )
    check_shape(merged.data)
    return merged
