"""A member's own keys: one age identity to read with, one SSH key to sign with.

Files, in a folder: `age_identity` (as `age-keygen` writes it, or locked as `age -p` does),
`signing_key` (as `ssh-keygen` writes it; absent when ssh-agent signs), and a `.pub` beside each.
`age_identity` is written last: a folder without it holds no identity, and `create` completes it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple

from store.atomic import write_file
from store.crypto import age
from store.crypto.keyfiles import STRONG, Cost, lock_text, open_text, read_text, write_text
from store.crypto.keyfolder import (
    AGE,
    AGE_PUBLIC,
    SIGN,
    SIGN_PUBLIC,
    Folder,
    exclusive,
    make_folder,
    no_identity,
    path_of,
    read_public,
    read_secret,
)
from store.errors import BadFormat, Sealed, StoreError, WrongPassphrase

if TYPE_CHECKING:
    from store.crypto.plugins import Plugins
    from store.crypto.signer import (
        FileSigner,
        Signer,
    )  # loads cryptography, which reading a case does without
    from store.crypto.wrapping import MemberKey

__all__ = [
    "Cost",
    "MemberIdentity",
    "PublicKeys",
    "create",
    "public",
    "state",
    "unlock",
]


class PublicKeys(NamedTuple):
    """What an admin needs of a member: the age recipient, and the OpenSSH line (no comment)."""

    age: str
    sign: str


class MemberIdentity:
    """The open keys of a member. The signing key is read at its first use."""

    __slots__ = ("_home", "_open", "_plugins", "_public", "_signer", "age")

    def __init__(
        self,
        identity: MemberKey,
        home: Folder,
        open_signer: Callable[[], Signer],
        plugins: Callable[[], Plugins] | None = None,
    ) -> None:
        self.age = identity
        self._plugins = plugins
        self._home = home
        self._open = open_signer
        self._public: str | None = None
        self._signer: Signer | None = None

    @property
    def public(self) -> str:
        """The OpenSSH line of the signing key, which stays locked: who this is, for the policy."""
        if self._public is None:
            self._public = public(self._home).sign
        return self._public

    @property
    def signer(self) -> Signer:
        """The signing key: a file, or ssh-agent. The first use of a locked one takes 0.7 s.

        Raises:
            WrongPassphrase: it is locked by another passphrase than the age identity.
            Sealed: it is locked, and no passphrase was given to `unlock`.
            StoreError: it is damaged, or does not belong to its public key.
        """
        if self._signer is None:
            self._signer = self._open()
        return self._signer

    @property
    def plugins(self) -> Plugins:
        """Which age plugins may run on this machine, and who answers what they ask."""
        return _asked(self._plugins)

    def __repr__(self) -> str:
        return f"MemberIdentity(age={self.age!r})"


def state(home: Folder) -> Literal["none", "locked", "open"]:
    """Say whether the folder holds an identity, and whether a passphrase opens it.

    Raises:
        StoreError: the file cannot be read, or others can read it.
    """
    stored = read_secret(home, AGE)
    if stored is None:
        return "none"
    return "locked" if age.is_age(stored) else "open"


def public(home: Folder) -> PublicKeys:
    """Give the public keys, without opening the private ones.

    Raises:
        NotFound: there is no identity, or one of its `.pub` files is missing.
        BadFormat: a `.pub` file does not hold a key that is used here.
    """
    if state(home) == "none":
        raise no_identity(home)
    from store.crypto.sshkey import from_text

    recipient = read_public(home, AGE_PUBLIC)
    if not (age.is_recipient(recipient) or _is_allowed(recipient)):
        raise BadFormat(
            "{file} does not hold an age recipient",
            hint="age-keygen -y age_identity writes it again",
            file=AGE_PUBLIC,
        )
    return PublicKeys(recipient, from_text(read_public(home, SIGN_PUBLIC)).text)


def unlock(
    home: Folder,
    passphrase: str | None = None,
    *,
    plugins: Callable[[], Plugins] | None = None,
) -> MemberIdentity:
    """Open the identity; `plugins` is asked only when a plugin or an agent's key is needed.

    Raises:
        NotFound: there is none.
        Sealed: it is locked, and there is no passphrase.
        WrongPassphrase: it is locked by another passphrase.
        BadFormat: `age_identity` is damaged.
        StoreError: a private file can be read by others.
    """
    stored = read_secret(home, AGE)
    if stored is None:
        raise no_identity(home)
    key: MemberKey | str = read_text(open_text(stored, passphrase))
    if isinstance(key, str):
        from store.crypto.wrapping import PluginIdentity

        key = PluginIdentity(key, read_public(home, AGE_PUBLIC), lambda: _asked(plugins))
    return MemberIdentity(key, home, lambda: _open_signer(home, passphrase, plugins), plugins)


def create(
    home: Folder,
    *,
    passphrase: str | None,
    comment: str,
    agent_key: str | None = None,
    age_key: MemberKey | None = None,
    cost: Cost = STRONG,
) -> PublicKeys:
    """Make a new identity in the folder; give its public keys.

    With `agent_key`, an OpenSSH public key line, ssh-agent signs and no signing key is made. With
    `age_key`, that is what one reads with, and no age key is made.
    A creation that was cut off is completed when called again with the same passphrase.

    Raises:
        StoreError: there is an identity already, or a half-written one that this cannot complete.
        BadFormat: the passphrase is empty, or `agent_key` or `comment` is not one line.
        Unwritable: the folder or the disk does not take it.
    """
    if not comment.isprintable():
        raise BadFormat("the comment of a key must be one line of text")
    make_folder(home)
    with exclusive(home):
        if state(home) != "none":
            raise StoreError(
                "there is an identity in {folder} already",
                hint="`dalil key show` prints its public keys; keep it, or move that folder away",
                folder=os.fspath(home),
            )
        identity = age_key or age.new_identity()
        text = lock_text(write_text(identity, time.time()), passphrase, cost)
        sign = _write_signing_key(home, passphrase, agent_key, comment=comment, cost=cost)
        write_file(path_of(home, AGE_PUBLIC), f"{identity.recipient}\n".encode(), 0o644)
        write_file(path_of(home, AGE), text)
    return PublicKeys(identity.recipient, sign)


def _write_signing_key(
    home: Folder, passphrase: str | None, agent_key: str | None, *, comment: str, cost: Cost
) -> str:
    """Write `signing_key`, unless an agent signs, and `signing_key.pub`; give the public line."""
    if agent_key is not None:
        from store.crypto.sshkey import from_text

        line = from_text(agent_key).text
        _refuse_leftovers(home, line)
    else:
        signer = _leftover_or_new(home, passphrase)
        line = signer.public
        write_file(path_of(home, SIGN), signer.dump(passphrase, rounds=cost.rounds))
    write_file(path_of(home, SIGN_PUBLIC), f"{line} {comment}".rstrip().encode() + b"\n", 0o644)
    return line


def _leftover_or_new(home: Folder, passphrase: str | None) -> FileSigner:
    """Take up the signing key of a creation that was cut off; never lose one."""
    from store.crypto.signer import FileSigner

    stored = read_secret(home, SIGN)
    if stored is None:
        if os.path.lexists(path_of(home, SIGN_PUBLIC)):
            raise _incomplete(home, SIGN_PUBLIC)
        return FileSigner.new()
    try:
        return FileSigner.load(stored, passphrase)
    except (Sealed, BadFormat) as error:
        raise _incomplete(home, SIGN) from error


def _refuse_leftovers(home: Folder, line: str) -> None:
    """Let a creation for ssh-agent go on only where nothing of another identity stands."""
    from store.crypto.sshkey import from_text

    if os.path.lexists(path_of(home, SIGN)):
        raise _incomplete(home, SIGN)
    if not os.path.lexists(path_of(home, SIGN_PUBLIC)):
        return
    if from_text(read_public(home, SIGN_PUBLIC)).text != line:
        raise _incomplete(home, SIGN_PUBLIC)


def _open_signer(
    home: Folder, passphrase: str | None, plugins: Callable[[], Plugins] | None
) -> Signer:
    from store.crypto.agent import AgentSigner
    from store.crypto.signer import FileSigner

    line = read_public(home, SIGN_PUBLIC)
    stored = read_secret(home, SIGN)
    if stored is None:
        return AgentSigner(line, talk=_asked(plugins).talk)
    try:
        signer = FileSigner.load(stored, passphrase)
    except WrongPassphrase as error:
        raise WrongPassphrase(
            "the signing key is locked by another passphrase than your age identity",
            hint="ssh-keygen -p -f signing_key gives it the same one; "
            "a change of passphrase that was cut off is completed by changing it again",
        ) from error
    if line.split()[:2] != signer.public.split():
        raise BadFormat(
            "{file} is not the public key of {private}",
            hint="ssh-keygen -y -f signing_key writes it again",
            file=SIGN_PUBLIC,
            private=SIGN,
        )
    return signer


def _asked(plugins: Callable[[], Plugins] | None) -> Plugins:
    from store.crypto.plugins import Plugins

    return plugins() if plugins else Plugins()


def _is_allowed(recipient: str) -> bool:
    from store.crypto.plugins import is_allowed

    return is_allowed(recipient)


def _incomplete(home: Folder, name: str) -> StoreError:
    return StoreError(
        "the identity in {folder} is incomplete: {file} is there, {missing} is not",
        hint="restore {missing} from a backup; or complete it with the same passphrase or agent "
        "key as before; or move {file} away, if no repository knows it",
        folder=os.fspath(home),
        file=name,
        missing=AGE,
    )
