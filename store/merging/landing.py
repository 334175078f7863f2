"""Move main to a merge once it verifies, by the rules that everybody else will hold it against."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from store.errors import BadFormat, BadSignature, Refused, Sealed, StoreError
from store.repo.refs import move_main
from store.repo.trees import find
from store.trust.verify import verify
from store.writing import Author

if TYPE_CHECKING:
    from store.merging.parting import Parting
    from store.trust.policy import Policy
    from store.trust.report import Finding
    from store.vault import Vault

__all__ = ["land", "must_sign"]


def must_sign(vault: Vault, policies: tuple[Policy, ...]) -> Author:
    """Give who signs the merge: somebody who belongs by the policies of both lines.

    Raises:
        Sealed: there is no key to sign with.
        Refused: they are no member, or no member any more.
    """
    if vault.identity is None:
        raise Sealed("there is no key to sign with", hint="`dalil key new` makes one")
    handles = [policy.signer(vault.identity.public) for policy in policies]
    if handles[0] is None or None in handles:
        raise Refused(
            "only a member can merge, and by one of the two lines you are none",
            hint="ask an admin; what you have here stays as it is",
        )
    return Author(handles[0], vault.identity.signer, int(vault.clock()))


def land(
    vault: Vault,
    commit: str,
    theirs: str,
    parting: Parting,
    is_cancelled: Callable[[], bool] | None = None,
    *,
    takes_in: Collection[str] = (),
) -> None:
    """Verify what is new up to a commit, and move main there; under the lock.

    When it `takes_in` what some members wrote, for which our line had no place any more, as only an
    admin can say, it has to count from the root, and after our line all but what they wrote.

    Raises:
        BadSignature: it would not be authentic after what we had; main stays.
        Refused: it would not be after `theirs`: something on our own line does not count there.
        Moved: main is somewhere else by now.
        Cancelled: `is_cancelled` said so.
    """
    here, trust = vault.tip, vault.trust
    findings = trust.findings
    stands = _stands(vault, commit, theirs, parting.bases) + ([""] if takes_in else [])
    for trusted in stands:
        report = verify(
            vault.objects, trust.root, commit, trusted=trusted or None, is_cancelled=is_cancelled
        )
        spared = takes_in if trusted == here else ()
        faults = [one for one in report.failures if report.signers.get(one.commit) not in spared]
        if faults:
            raise _fault(faults[0], theirs, is_ours=trusted == theirs)
        if report.is_authentic:
            findings += tuple(found for found in report.findings if found not in findings)
    move_main(vault.git_dir, commit, here, vault.handle or "reader")
    count = len(parting.one) + (commit != theirs)
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(vault.clock()))
    vault.trust = trust._replace(
        tip=commit, commits=trust.commits + count, verified_at=at, findings=findings
    )


def _stands(vault: Vault, commit: str, theirs: str, bases: Sequence[str]) -> list[str]:
    """Give the commits after which a merge must count: for those who had either line.

    While the policy is one and the same, that is all the same as where the two parted, from where
    there is least to look at.
    """
    if commit == theirs:
        return [vault.tip]
    blobs = {
        find(vault.objects, vault.tree(one), "policy.yaml") for one in (vault.tip, theirs, *bases)
    }
    if len(blobs) == len(bases) == 1:
        return list(bases)
    return [theirs, vault.tip]


def _fault(found: Finding, theirs: str, *, is_ours: bool) -> StoreError:
    if is_ours:
        return Refused(
            "what you have here does not count on the other line: {problem}",
            hint="nothing was changed, nothing is lost: show it to an admin, who can decide",
            problem=_problem(found),
        )
    return BadSignature(
        "main is not moved to {commit}, which would not be authentic: {problem}",
        hint="`dalil verify` tells more about this copy; nothing was changed",
        commit=theirs[:12],
        problem=_problem(found),
    )


def _problem(found: Finding) -> BadFormat:
    """Give what a check found, as an error that another one tells of."""
    return BadFormat(found.message, found.advice, **found.values)
