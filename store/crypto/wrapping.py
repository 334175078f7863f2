"""Epoch key files: the only files that a plugin ever opens, or is asked to encrypt to."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence

from store.crypto import age
from store.crypto.keyfiles import read_text
from store.crypto.plugins import Plugins, plugin_of
from store.errors import BadFormat, Sealed

__all__ = [
    "MemberKey",
    "PluginIdentity",
    "encrypt_to",
    "is_plugin",
    "read_plugin_file",
    "sealer",
]

_NATIVE = re.compile(r"X25519$|scrypt$|ssh-|.*-grease$")  # stanzas that are for no plugin


class PluginIdentity:
    """A member's age identity whose secret another program, and often a device, keeps.

    `secret` is the `AGE-PLUGIN-<NAME>-1…` line, `recipient` its public half.

    Raises:
        BadFormat: the two are not of one plugin.
    """

    __slots__ = ("_plugins", "name", "recipient", "secret")

    def __init__(self, secret: str, recipient: str, plugins: Callable[[], Plugins]) -> None:
        name = plugin_of(secret)
        if name is None or name != plugin_of(recipient) or secret != secret.upper():
            raise BadFormat(
                "age_identity and age_identity.pub are not of one age plugin",
                hint="make them again from the plugin's own file: dalil key new --plugin FILE",
            )
        self.secret, self.recipient, self.name = secret, recipient, name
        self._plugins = plugins

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Decrypt a file; its owner may have to touch a key.

        Raises:
            Sealed: it is encrypted to other keys.
            BadFormat: it is damaged.
            Refused, NotFound: the plugin may not run here, or is not installed.
            StoreError: the plugin gives up, or nobody touches the key.
        """
        from store.crypto.agefile import open_payload, parse
        from store.crypto.plugin_run import unwrap

        header = parse(ciphertext)
        foreign = [stanza for stanza in header.stanzas if not _NATIVE.match(stanza.arguments[0])]
        if not foreign:
            raise Sealed(
                "none of your keys opens it",
                hint="ask an admin whether you belong to its compartment",
            )
        file_key = unwrap(self.name, self.secret, foreign, self._plugins())
        return open_payload(ciphertext, header, file_key)

    def __repr__(self) -> str:
        return f"PluginIdentity(recipient={self.recipient!r})"


MemberKey = age.Identity | PluginIdentity
"""What a member reads with."""


def read_plugin_file(text: bytes, recipient: str | None = None) -> PluginIdentity:
    """Read the identity file that an age plugin wrote.

    Its recipient stands in a comment of that file, as a rule; one that is given is taken instead.

    Raises:
        BadFormat: it is no such file, or the recipient is not to be found or of another plugin.
    """
    line = read_text(text)
    words = text.decode("utf-8", "replace").split()
    found = [word for word in words if word.startswith("age1") and is_plugin(word)]
    if not isinstance(line, str) or not (recipient or found):
        raise BadFormat(
            "this is not the identity file of an age plugin, with its recipient in a comment",
            hint="name the recipient (age1…) after it: --recipient",
        )
    return PluginIdentity(line, recipient or found[0], Plugins)


def is_plugin(recipient: str) -> bool:
    """Say whether a plugin is needed to encrypt to this recipient."""
    return plugin_of(recipient) is not None


def encrypt_to(plaintext: bytes, recipients: Sequence[str], plugins: Plugins) -> bytes:
    """Encrypt to recipients of which some may be plugins'.

    Raises:
        BadFormat: there is no recipient, or one is of no kind that is used.
        Refused, NotFound, StoreError: a plugin may not run, is not there, or gives up.
    """
    unique = list(dict.fromkeys(recipients))
    if not any(map(is_plugin, unique)):
        return age.encrypt(plaintext, unique)
    from store.crypto.agefile import FILE_KEY_SIZE, NONCE_SIZE, seal, to_x25519
    from store.crypto.plugin_run import wrap

    file_key = os.urandom(FILE_KEY_SIZE)
    stanzas = []
    for recipient in unique:
        name = plugin_of(recipient)
        if name is not None:
            stanzas.append(wrap(name, recipient, file_key, plugins))
        elif age.is_recipient(recipient):
            stanzas.append(to_x25519(file_key, recipient))
        else:
            age.encrypt(b"", [recipient])  # raises, and says what is wrong with it
    return seal(file_key, stanzas, os.urandom(NONCE_SIZE), plaintext)


def sealer(recipient: str, plugins: Plugins) -> Callable[[bytes], bytes]:
    """Give what encrypts one text after the other to a member, who alone opens them.

    A plugin runs once, now: a program is not to be started every few seconds, nor a device to be
    touched. The texts then share a file key; a nonce of its own gives each its own payload key.
    Errors as in `encrypt_to`.
    """
    name = plugin_of(recipient)
    if name is None:
        age.encrypt(b"", [recipient])  # raises here, and not in the middle of typing
        return lambda text: age.encrypt(text, [recipient])
    from store.crypto.agefile import FILE_KEY_SIZE, NONCE_SIZE, seal
    from store.crypto.plugin_run import wrap

    file_key = os.urandom(FILE_KEY_SIZE)
    stanzas = [wrap(name, recipient, file_key, plugins)]
    return lambda text: seal(file_key, stanzas, os.urandom(NONCE_SIZE), text)
