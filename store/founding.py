"""Found a repository: the first commit, with its policy, its first keys and how to read it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from store.crypto import age
from store.crypto.identity import MemberIdentity
from store.epoch_files import key_files
from store.errors import Refused
from store.repo.create import create_repository
from store.repo.mirror import settle
from store.repo.objects import ObjectReader
from store.trust import pin
from store.trust.policy import Compartment, Member, Policy, dump, parse
from store.writing import Author, make_commit

__all__ = ["MAIN_COMPARTMENT", "found"]

MAIN_COMPARTMENT = "main"

_README = """\
This is a Dalil repository: case files, each encrypted with age, and a history of signed commits.

Nothing in it is readable without a key, and no name, place or number stands in a file name.
To open a case without Dalil, with age and the identity of a member:

    age -d -i <(age -d -i age_identity keys/main/1.age) cases/main/ab/abcdef0123456789abcd.age

(bash; the inner command opens the key of the compartment's first epoch, and leaves it on no disk.)

To check the history without Dalil, list the `sign` keys of policy.yaml in an allowed-signers file
(one line each: handle, space, key) and run

    git -c gpg.ssh.allowedSignersFile=FILE log --show-signature

which checks signatures, but not whether the signer was allowed to do what was done: `dalil verify`
does. approvals/<version>/<handle>.sig is an admin's word for that version of policy.yaml: an SSH
signature (namespace dalil-policy) over a few lines that docs/format.md of Dalil gives. Please do
not commit by hand: such a commit would not pass as authentic.
"""


def found(
    path: str,
    name: str,
    handle: str,
    identity: MemberIdentity,
    *,
    members: dict[str, Member] | None = None,
    compartments: tuple[str, ...] = (MAIN_COMPARTMENT,),
    clock: Callable[[], float] = time.time,
) -> str:
    """Make a new repository at `path`, with this member as its first admin; give its root commit.

    `members` are others to begin with. Each compartment gets its first epoch key, encrypted to
    those who belong to it.

    Raises:
        Refused: the folder is not empty; or an age plugin may not run on this machine.
        BadFormat: a name or handle is not of the form it must have.
        Unwritable: the disk does not take it.
    """
    admin = Member(
        role="admin",
        sign=(identity.signer.public,),
        age=(identity.age.recipient,),
        compartments=compartments,
    )
    others = members or {}
    if handle in others:
        raise Refused("{handle} would stand twice among the members", handle=handle)
    policy = Policy(
        name, 1, {handle: admin, **others}, {each: Compartment(epoch=1) for each in compartments}
    )
    text = dump(policy)
    parse(text)  # refuses what could not be read again, before anything is made
    files = [("README.md", _README.encode()), ("policy.yaml", text)]
    for each in compartments:
        key = age.new_identity()
        files += key_files(each, {1: key}, policy.recipients(each), identity.plugins)
    git_dir = create_repository(path)
    now = int(clock())
    with ObjectReader(git_dir) as objects:
        root = make_commit(
            git_dir, objects, None, files, "policy", Author(handle, identity.signer, now)
        )
        settle(git_dir, objects, root)
    pin.write(
        os.path.join(git_dir, "dalil", "pin.yaml"),
        pin.Pin(root, root, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)), 1),
    )
    return root
