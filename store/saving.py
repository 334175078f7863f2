"""Save a case: merged onto what stands now, checked, encrypted, and committed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.errors import BadFormat, BadSignature, Moved, NotFound, Refused
from store.lock import write_lock
from store.model.case import Case
from store.model.check import check
from store.model.diff import apply, diff
from store.model.shape import check_shape
from store.part import seal_part
from store.trust.paths import case_path
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
        vault.refresh()
        _must_trust(vault)
        vault.must_write(after.compartment)
        merged = _onto_current(vault, before, after)
        commit = _commit(vault, identity, [merged], why, message)
    if not vault.settles_later:
        vault.settle()
    return Saved(commit, merged.id, changes)


def save_all(vault: Vault, identity: MemberIdentity, cases: Sequence[Case], why: str) -> str:
    """Commit many new cases at once and give the commit; all of them or none.

    Raises: as `Vault.edit` says.
    """
    why = _reason(why)
    for case in cases:
        _check(None, case)
    with write_lock(vault.git_dir):
        vault.refresh()
        _must_trust(vault)
        for compartment in {case.compartment for case in cases}:
            vault.must_write(compartment)
        count = len(cases)
        message = f"import {count} cases" if count > 1 else "new case"
        commit = _commit(vault, identity, cases, why, message)
    if not vault.settles_later:
        vault.settle()
    return commit


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
        recipient = vault.keys_of(case.compartment)[0].recipient
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
    check_shape(after.data)
    known = {(p.path, p.message) for p in check(before.data)} if before else set()
    for problem in check(after.data):
        if problem.severity == "error" and (problem.path, problem.message) not in known:
            raise BadFormat(
                "{path}: {problem}",
                hint="correct it and save again; nothing was saved",
                path=problem.path,
                problem=problem.text(),
            )


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
    if before is None:
        raise Moved("there is a case {case} already", case=after.id)
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
