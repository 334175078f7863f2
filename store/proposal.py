"""A proposed policy, as a file that admins sign one by one, wherever it travels.

Plain YAML: the repository's root commit, the blob id of the policy that it replaces, the text of
the new policy, and the signatures so far. It says nothing that the policy itself does not say.
Nothing in it is believed: whoever approves or applies it holds it against the verified tip.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from store.errors import BadFormat, Moved, Refused
from store.model import codec
from store.policy_change import apply_policy, must_administer, must_fit, must_follow, policy_blob
from store.trust.approvals import approve as give_word
from store.trust.approvals import digest, statement
from store.trust.policy import Policy, dump, parse
from store.trust.policy_diff import Row, compare_policies

if TYPE_CHECKING:
    from store.vault import Vault

__all__ = ["Proposal", "apply", "approve", "changes", "missing", "propose", "read"]

_FORMAT = 1
_LIMIT = 1024 * 1024
_KEYS = ("proposal", "repository", "previous", "policy", "approvals")


class Proposal(NamedTuple):
    """What such a file holds: hex ids, the policy with its text, and signatures by handle."""

    repository: str
    previous: str
    text: bytes
    policy: Policy
    approvals: dict[str, bytes]


def propose(vault: Vault, new: Policy) -> bytes:
    """Write a proposal of this policy, with this admin's own word.

    Raises:
        Refused: this member is no admin.
        Moved: the policy was made from another one than that of the verified tip.
    """
    must_administer(vault)
    proposal = Proposal(vault.trust.root, policy_blob(vault), dump(new), new, {})
    return approve(vault, _write(proposal))


def approve(vault: Vault, data: bytes) -> bytes:
    """Add this admin's word to a proposal, and give it with that.

    Raises:
        BadFormat: it is none.
        Moved, BadSignature, Refused: it does not fit the verified tip, or this member is no admin,
            or has approved it already.
    """
    identity, handle = must_administer(vault)
    proposal = _fitting(vault, data)
    if handle in proposal.approvals:
        raise Refused("{handle} has approved this already", handle=handle)
    word = give_word(_said(proposal), identity.signer)
    return _write(proposal._replace(approvals={**proposal.approvals, handle: word}))


def apply(
    vault: Vault,
    data: bytes,
    *,
    progress: Callable[[int, int], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> str:
    """Put a proposal into force, and give the commit; errors as `approve` and `apply_policy`."""
    proposal = _fitting(vault, data)
    return apply_policy(
        vault,
        proposal.policy,
        approvals=proposal.approvals,
        progress=progress,
        is_cancelled=is_cancelled,
    )


def changes(vault: Vault, data: bytes) -> list[Row]:
    """List what a proposal changes against the policy of the verified tip; errors as `approve`."""
    return compare_policies(vault.policy, _fitting(vault, data).policy)


def missing(vault: Vault, data: bytes) -> int:
    """Count the admins whose word is still missing; errors as for `approve`."""
    return max(vault.policy.threshold - len(_fitting(vault, data).approvals), 0)


def read(data: bytes) -> Proposal:
    """Read a proposal as it stands; whether it fits a repository is not looked at.

    Raises:
        BadFormat: it is none.
    """
    found = codec.load(data) if len(data) <= _LIMIT else {}
    texts = [found.get(key) for key in ("repository", "previous", "policy")]
    words = found.get("approvals")
    is_sound = (
        tuple(found) == _KEYS
        and found["proposal"] == _FORMAT
        and all(isinstance(text, str) for text in texts)
        and isinstance(words, dict)
        and all(isinstance(word, str) for word in words.values())
    )
    if not is_sound or words is None:
        raise BadFormat("this is no proposal of a policy", hint="`dalil policy propose` writes one")
    repository, previous, text = map(str, texts)
    policy = parse(text.encode())
    if dump(policy) != text.encode():
        raise BadFormat("the policy of this proposal is not written in its one canonical form")
    approvals = {handle: word.encode() for handle, word in words.items()}
    return Proposal(repository, previous, text.encode(), policy, approvals)


def _fitting(vault: Vault, data: bytes) -> Proposal:
    """Read a proposal and hold it against the verified tip."""
    vault.refresh()
    proposal = read(data)
    if proposal.repository != vault.trust.root:
        raise Refused("this proposal is for another repository")
    if proposal.previous != policy_blob(vault):
        raise Moved(
            "this proposal was made from another policy than that of version {version}",
            hint="the policy was changed since: propose it again",
            version=vault.policy.version,
        )
    must_follow(vault.policy, proposal.policy)
    must_fit(vault.policy, _said(proposal), proposal.approvals)
    return proposal


def _said(proposal: Proposal) -> bytes:
    return statement(proposal.repository, proposal.previous, digest(proposal.text))


def _write(proposal: Proposal) -> bytes:
    return codec.dump(
        {
            "proposal": _FORMAT,
            "repository": proposal.repository,
            "previous": proposal.previous,
            "policy": proposal.text.decode(),
            "approvals": {who: word.decode() for who, word in sorted(proposal.approvals.items())},
        }
    )
