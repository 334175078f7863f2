"""Put the keys of a repository right with a recovery key, when its own members cannot any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.committing import prepare, settle
from store.crypto import age
from store.epoch_files import all_keys, key_files
from store.errors import Refused
from store.lock import write_lock
from store.part import EpochKeys
from store.policy_change import apply_policy, must_administer
from store.trust.membership import rotate_keys
from store.writing import Author, make_commit

if TYPE_CHECKING:
    from store.reader import Reader
    from store.vault import Vault

__all__ = ["must_open", "recover"]

_MESSAGE = "keys"


def recover(vault: Vault, paper: age.Identity) -> str:
    """Encrypt every epoch key to the recipients of the policy again; give the one commit of it.

    An admin who has a new age key gets that into the policy by the same commit.

    Raises:
        Refused: this member is no admin; or the paper is not a recovery key of this repository.
        Sealed, BadSignature, Moved, Unwritable: as `apply_policy` says.
    """
    identity, handle = must_administer(vault)
    opened = must_open(vault, paper)
    if identity.age.recipient not in vault.policy.members[handle].age:
        new = rotate_keys(vault.policy, handle, age=[identity.age.recipient])
        return apply_policy(vault, new, opened=opened)
    with write_lock(vault.git_dir):
        prepare(vault)
        files = []
        for name in sorted(vault.policy.compartments):
            recipients = vault.policy.recipients(name)
            files += key_files(name, all_keys(vault, name, opened), recipients, identity.plugins)
        author = Author(handle, identity.signer, int(vault.clock()))
        commit = make_commit(vault.git_dir, vault.objects, vault.tip, files, _MESSAGE, author)
        vault.accept(commit)
    settle(vault)
    return commit


def must_open(reader: Reader, paper: age.Identity) -> EpochKeys:
    """Give the epoch keys that a recovery key opens.

    Raises:
        Refused: it is not one of this repository.
    """
    if paper.recipient not in reader.policy.recovery:
        raise Refused(
            "this paper is not a recovery key of this repository, or not any more",
            hint="`dalil recovery list` names those that are; is it the right repository?",
        )
    return EpochKeys(reader.objects, paper)
