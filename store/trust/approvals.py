"""The word that an admin gives for a change of the policy: a signature of its own.

A commit has one signature. Where a change needs several admins, the others sign this statement,
which names the repository, the policy that is replaced, and the new one, byte for byte; their
signatures are put into the commit. None of them fits another change, place or repository.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING

from store.crypto import sshsig
from store.errors import BadSignature
from store.trust.policy import Policy

if TYPE_CHECKING:
    from store.crypto.signer import Signer  # at run time it would load cryptography for nothing

__all__ = ["approve", "approver", "approvers", "digest", "statement"]

_NAMESPACE = "dalil-policy"


def digest(text: bytes) -> str:
    """Give the SHA-256 of a policy's text, in hex digits."""
    return sha256(text).hexdigest()


def statement(root: str, previous: str, policy: str) -> bytes:
    """Write what an approval signs.

    `root` is the root commit, `previous` the blob id of the `policy.yaml` that is replaced,
    `policy` the digest of the new one; all in hex digits.
    """
    lines = ("dalil policy approval 1", f"repository {root}", f"previous {previous}")
    return "\n".join((*lines, f"policy {policy}", "")).encode("ascii")


def approve(said: bytes, signer: Signer) -> bytes:
    """Sign a statement; give the armoured signature."""
    return sshsig.sign(said, signer, namespace=_NAMESPACE)


def approver(policy: Policy, said: bytes, signature: bytes) -> str | None:
    """Give the admin, by this policy, whose signature fits the statement; None when none does."""
    try:
        handle = policy.signer(sshsig.verify(signature, said, namespace=_NAMESPACE))
    except BadSignature:
        return None
    return handle if handle is not None and policy.is_admin(handle) else None


def approvers(policy: Policy, said: bytes, signatures: Mapping[str, bytes]) -> set[str]:
    """Give the admins whose signatures fit, each under the handle it is filed under."""
    return {handle for handle, one in signatures.items() if approver(policy, said, one) == handle}
