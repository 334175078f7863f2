"""Commit parts of cases: each encrypted to its compartment, all of them in one signed commit."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from store.errors import BadFormat, BadSignature, Refused, StoreError
from store.model.case import Case
from store.part import seal_part
from store.trust.paths import case_path
from store.writing import Author, make_commit

if TYPE_CHECKING:
    from store.crypto.identity import MemberIdentity
    from store.vault import Vault

__all__ = ["Part", "commit_parts", "must_trust", "prepare", "reason_of", "settle"]

Part = tuple[str, str, dict[str, Any] | None]
"""A part to write: case, compartment, and its data; None takes it away."""


def reason_of(why: str) -> str:
    """Give the reason without white space around it.

    Raises:
        BadFormat: there is none.
    """
    why = why.strip()
    if not why:
        raise BadFormat("a change needs its reason in words", hint="say why with --why")
    return why


def prepare(vault: Vault) -> None:
    """Bring the vault up to date and make sure that something may be built on it; under the lock.

    Errors are those of `must_trust`.
    """
    vault.refresh()
    must_trust(vault)


def must_trust(vault: Vault) -> None:
    """Make sure that something may be built on the history of this copy.

    Raises:
        BadSignature: the history is not authentic.
        Refused: nobody has confirmed its root commit.
    """
    if vault.trust.state == "broken":
        raise BadSignature(
            "the history is not authentic after commit {tip}, so nothing is built on it",
            hint="`dalil verify` says what is wrong",
            tip=vault.tip[:10],
        )
    if vault.trust.state != "authentic":
        raise Refused(
            "nobody has confirmed the root commit of this copy yet, so nothing is built on it",
            hint="compare {root} with a colleague, then: dalil verify --pin {root}",
            root=vault.trust.root,
        )


def commit_parts(
    vault: Vault, identity: MemberIdentity, parts: Iterable[Part], why: str, message: str
) -> str:
    """Write parts, each with who changed it, when and why, and give the commit; under the lock.

    Raises:
        Refused: this member may not write to one of their compartments.
        Sealed: this member does not hold the key of one of them.
        Unwritable: the disk does not take it; the old state stands.
    """
    parts, now = list(parts), int(vault.clock())
    recipients = {}
    for compartment in dict.fromkeys(name for _, name, _ in parts):
        vault.must_write(compartment)
        recipients[compartment] = vault.recipient(compartment)
    handle = vault.handle
    assert handle is not None  # noqa: S101 - `must_write` asked
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    changed = {"changed": {"by": handle, "at": at, "why": why}}
    files = [
        (
            case_path(name, case_id),
            None if data is None else seal_part(Case(data | changed), recipients[name]),
        )
        for case_id, name, data in parts
    ]
    author = Author(handle, identity.signer, now)
    commit = make_commit(vault.git_dir, vault.objects, vault.tip, files, message, author)
    vault.accept(commit)
    return commit


def settle(vault: Vault) -> None:
    """Bring pin and mirror in step, unless somebody does that later."""
    if not vault.settles_later:
        # The save stands whatever becomes of the mirror; the next start makes up for it.
        with suppress(StoreError):
            vault.settle()
