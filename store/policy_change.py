"""Put a new policy into force: with its keys, and all that has to be encrypted anew, as one commit.

Whoever gains a compartment gets its keys, of all epochs, in small files that are written again;
nothing else is. Where an epoch rises, its new key is made, and every case of the compartment is
encrypted to it; journal entries keep the epoch they were written in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from store.committing import prepare, settle
from store.crypto import age
from store.epoch_files import all_keys, key_files, needs_chain
from store.errors import BadSignature, Cancelled, Moved, Refused, Sealed
from store.lock import write_lock
from store.rekey import Keys, Part, rekey
from store.repo.pack import PackWriter, entry_of
from store.repo.refs import move_main
from store.repo.trees import find, list_files
from store.tenure import leavers_keys
from store.trust.approvals import approver, digest, statement
from store.trust.paths import approval_path
from store.trust.policy import Policy, dump, parse
from store.trust.transitions import faults, leavers
from store.writing import Author, build_commit, make_commit

if TYPE_CHECKING:
    from store.crypto.identity import MemberIdentity
    from store.part import EpochKeys
    from store.vault import Vault

__all__ = ["apply_policy", "must_administer", "must_fit", "must_follow", "policy_blob"]

Progress = Callable[[int, int], None]
_NOBODY: Mapping[str, bytes] = MappingProxyType({})
_MESSAGE = "policy"


class _Plan(NamedTuple):
    """What a change of the policy writes: whole files, and parts that are encrypted anew."""

    files: list[tuple[str, bytes]]
    parts: list[Part]
    keys: dict[str, Keys]


def apply_policy(
    vault: Vault,
    new: Policy,
    *,
    approvals: Mapping[str, bytes] = _NOBODY,
    opened: EpochKeys | None = None,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> str:
    """Replace the policy of the verified tip by this one, and give the commit that does.

    `approvals` are the signatures of other admins, by handle (`store/proposal.py`). `opened` are
    the epoch keys, where this member's own do not open what is needed. `progress` is
    told how many cases of how many are encrypted anew. A case that nobody could open before, for
    it is damaged, stays what it is. Cancelled or killed, the old state stands.

    Raises:
        Refused: this member is no admin, cannot open a key that others are to get, or leaves
            somebody a key that they should lose; a new key is that of somebody who left; or the
            word of more admins is needed.
        Moved: the policy is not the one that this one was made from.
        BadSignature: an approval does not fit, or the history is not authentic.
        Cancelled: `is_cancelled` said so.
        Unwritable: the disk does not take it.
    """
    text = dump(new)
    with write_lock(vault.git_dir):
        prepare(vault)
        identity, handle = must_administer(vault)
        old = vault.policy
        must_follow(old, parse(text))
        _must_be_nobodys(vault, new)
        words = _words(vault, text, handle, approvals)
        plan = _planned(vault, identity, opened or vault.epoch_keys, new)
        paths = [(approval_path(new.version, who), word) for who, word in words.items()]
        plan.files.extend((("policy.yaml", text), *paths))
        author = Author(handle, identity.signer, int(vault.clock()))
        if plan.keys:
            commit = _commit_all(vault, plan, author, progress, is_cancelled)
        else:
            commit = make_commit(
                vault.git_dir, vault.objects, vault.tip, plan.files, _MESSAGE, author
            )
        vault.accept(commit)
    settle(vault)
    return commit


def must_administer(vault: Vault) -> tuple[MemberIdentity, str]:
    """Make sure that this member may change the policy; give keys and handle.

    Raises:
        Sealed: there is no key to sign with.
        Refused: they are no admin.
    """
    if vault.identity is None:
        raise Sealed("there is no key to sign with", hint="`dalil key new` makes one")
    handle = vault.handle
    if handle is None or not vault.policy.is_admin(handle):
        raise Refused(
            "only an admin changes who belongs and who reads what",
            hint="the admins are: {admins}",
            admins=", ".join(vault.policy.admins),
        )
    return vault.identity, handle


def policy_blob(vault: Vault) -> str:
    """Give the blob id of the policy at the verified tip."""
    blob = find(vault.objects, vault.tree(vault.tip), "policy.yaml")
    assert blob is not None  # noqa: S101 - the tip was verified
    return blob


def _must_be_nobodys(vault: Vault, new: Policy) -> None:
    """Make sure that nobody comes back by the keys of somebody who left."""
    members = vault.policy.members.values()
    known = {key for member in members for key in (*member.sign, *member.age)}
    for handle, member in new.members.items():
        fresh = {*member.sign, *member.age} - known
        gone = leavers_keys(vault) if fresh else {}
        for key in fresh & gone.keys():
            raise Refused(
                "a key of {handle} is one that {leaver} had, who left",
                hint="whoever comes back makes new keys: dalil key new",
                handle=handle,
                leaver=gone[key],
            )


def must_follow(old: Policy, new: Policy) -> None:
    """Make sure that a policy is the next one, and one that every other member's rules accept.

    Raises:
        Moved: it was made from another policy than `old`.
        Refused: it leaves somebody a key that they should lose, or undoes what stands for good.
    """
    if new.version != old.version + 1:
        raise Moved(
            "the policy was changed meanwhile: it is version {version} now",
            hint="nothing was changed: look at it, and do it again",
            version=old.version,
        )
    for name, before in old.compartments.items():
        after = new.compartments.get(name)
        if after is None or after.epoch - before.epoch not in (0, 1):
            raise Refused("compartment {name} must stay, and its epoch may rise by one", name=name)
        who = leavers(old, new, name)
        if who and after.epoch == before.epoch:
            raise Refused(
                "{who} would keep the key of {name}: its epoch must rise",
                who=", ".join(who),
                name=name,
            )
    for name in new.compartments.keys() - old.compartments.keys():
        if new.compartments[name].epoch != 1:
            raise Refused("the first epoch of compartment {name} must be 1", name=name)
    for note in faults([old], new):
        raise Refused(note.message, note.advice, **note.values)


def must_fit(policy: Policy, said: bytes, approvals: Mapping[str, bytes]) -> None:
    """Make sure that each approval is the word of the admin whose it should be, for this change.

    Raises:
        BadSignature: one is not.
    """
    for handle, word in approvals.items():
        if approver(policy, said, word) != handle:
            raise BadSignature("the approval of {handle} does not fit this change", handle=handle)


def _words(
    vault: Vault, text: bytes, handle: str, approvals: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Hold the approvals against this change; give those that go into the commit."""
    policy = vault.policy
    said = statement(vault.trust.root, policy_blob(vault), digest(text))
    words = {who: word for who, word in approvals.items() if who != handle}
    must_fit(policy, said, words)
    missing = policy.threshold - len(words) - 1
    if missing > 0:
        others = [who for who in policy.admins if who != handle and who not in words]
        raise Refused(
            "a change of the policy needs {needed} admins, and {missing} have not approved it yet",
            hint="ask one of {admins}: dalil policy approve FILE",
            needed=policy.threshold,
            missing=missing,
            admins=", ".join(others),
        )
    return words


def _planned(vault: Vault, identity: MemberIdentity, opened: EpochKeys, new: Policy) -> _Plan:
    """Find what has to be written: key files, and the compartments whose epoch rises."""
    tree = vault.tree(vault.tip)
    old, plan = vault.policy, _Plan([], [], {})
    for name, compartment in sorted(new.compartments.items()):
        recipients = new.recipients(name)
        before = old.compartments.get(name)
        is_risen = before is None or compartment.epoch > before.epoch
        known = set(old.recipients(name)) if before else set()
        keys: dict[int, age.Identity] = {}
        if before is not None and _must_rewrap(known, set(recipients), is_risen=is_risen):
            keys |= all_keys(vault, name, opened)
        fresh = age.new_identity()
        if is_risen:
            keys[compartment.epoch] = fresh
        if keys:
            plan.files.extend(key_files(name, keys, recipients, identity.plugins))
        if is_risen and before is not None:
            old_keys = list(all_keys(vault, name, opened).values())
            plan.keys[name] = Keys(old_keys, fresh.recipient)
            folder = find(vault.objects, tree, f"cases/{name}")
            listed = list_files(vault.objects, folder) if folder else ()
            plan.parts.extend(Part(f"cases/{name}/{p}", blob, name) for p, blob in listed)
    return plan


def _must_rewrap(before: set[str], after: set[str], *, is_risen: bool) -> bool:
    """Say whether the older keys are written again: for those who come, not for those who go."""
    if is_risen and needs_chain(list(after)):
        return True  # a plugin opens the newest key, and that one the older ones
    return bool(after - before) or (before != after and not is_risen)


def _commit_all(
    vault: Vault,
    plan: _Plan,
    author: Author,
    progress: Progress | None,
    is_cancelled: Callable[[], bool] | None,
) -> str:
    """Encrypt anew, and write all of it as one pack and one commit."""
    entries: list[tuple[str, str | None]] = []
    with PackWriter(vault.git_dir) as pack:
        for done in rekey(vault.git_dir, pack, plan.parts, plan.keys, progress, is_cancelled):
            entries += done
        files = [(path, entry_of("blob", content)) for path, content in plan.files]
        pack.add([entry for _, entry in files])
        entries += [(path, entry.oid) for path, entry in files]
        built = build_commit(vault.objects, (vault.tip,), entries, _MESSAGE, author)
        pack.add([entry_of(kind, content) for _, kind, content in built])
        if is_cancelled is not None and is_cancelled():
            raise Cancelled
        pack.finish()
    commit = built[-1][0]
    move_main(vault.git_dir, commit, vault.tip, author.handle)
    return commit
