"""Age plugins: which texts name one, which may stand in a policy, and which program may run.

A recipient or identity text alone names a program; age itself would run whatever PATH has under
that name. Here one runs only if this machine's own settings list it, and if nobody but root or
this user can change the program or the way to it.
"""

from __future__ import annotations

import os
import re
import stat
from typing import NamedTuple

from store.crypto.bech32 import decode
from store.crypto.talk import SILENCE, Talk
from store.errors import BadFormat, NotFound, Refused

__all__ = ["KNOWN", "NAME", "Plugins", "is_allowed", "plugin_of", "program"]

KNOWN = frozenset({"fido2-hmac", "se", "tpm", "yubikey"})
"""Whose recipients a policy may hold: keys in hardware, each from a public project.

github.com/str4d/age-plugin-yubikey, remko/age-plugin-se, Foxboron/age-plugin-tpm,
olastor/age-plugin-fido2-hmac.
"""

NAME = re.compile(r"[a-z0-9]{1,20}(?:-[a-z0-9]{1,20}){0,3}")
_LONGEST = 1024
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class Plugins(NamedTuple):
    """The names of the plugins that may run on this machine, and who answers what they ask."""

    names: frozenset[str] = frozenset()
    talk: Talk = SILENCE


def plugin_of(text: str) -> str | None:
    """Give the name of the plugin that a recipient or identity text is for; None for none.

    Example:
        >>> plugin_of("age1se1qgg72x2qfk9wg3wh0qg9u0v7l5dkq4jx69fv80p6wdus3ftg6flwg5dz2dp")
        'se'
    """
    try:
        prefix, _data = decode(text[: _LONGEST + 1])
    except BadFormat:
        return None
    if text == text.lower() and prefix.startswith("age1"):
        name = prefix.removeprefix("age1")
    elif text == text.upper() and prefix.startswith("age-plugin-"):
        name = prefix.removeprefix("age-plugin-").removesuffix("-")
    else:
        return None
    return name if NAME.fullmatch(name) and len(text) <= _LONGEST else None


def is_allowed(recipient: str) -> bool:
    """Say whether a recipient may stand in a policy although it is a plugin's."""
    return recipient.startswith("age1") and plugin_of(recipient) in KNOWN


def program(name: str, plugins: Plugins) -> str:
    """Give the absolute path of a plugin's program.

    Raises:
        Refused: it is not on this machine's list, or others could change what would run.
        NotFound: it is not installed.
    """
    if name not in plugins.names:
        raise Refused(
            "the plugin {name} may not run on this machine",
            hint="if you trust age-plugin-{name}, add {name} to plugins: in your settings.yaml",
            name=name,
        )
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, f"age-plugin-{name}")
        if os.path.isabs(folder) and os.path.isfile(path) and os.access(path, os.X_OK):
            real = os.path.realpath(path)
            for place in (os.path.realpath(folder), os.path.dirname(real), real):
                _must_be_ours(name, place)
            return real
    raise NotFound(
        "age-plugin-{name} is not installed",
        hint="install it into a folder of PATH that only root or you can write",
        name=name,
    )


def _must_be_ours(name: str, path: str) -> None:
    """Make sure that only root and this user can change what stands at a path.

    The folders above may be open to others where these may not take away what is not theirs (/tmp).
    """
    above = path
    while True:
        status = os.stat(above)
        is_sticky = above != path and status.st_mode & stat.S_ISVTX
        is_open = status.st_mode & _OTHERS_WRITE and not is_sticky
        if is_open or status.st_uid not in (0, os.geteuid()):
            raise Refused(
                "age-plugin-{name} is not run: other users could change {path}",
                hint="root or you must own it, and nobody else may write it: chmod go-w {path}",
                name=name,
                path=above,
            )
        if above == os.path.dirname(above):
            return
        above = os.path.dirname(above)
