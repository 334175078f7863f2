"""Open the repository a command works on, with the keys of whoever sits there."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from store.crypto import identity as identities
from store.errors import BadSignature, Sealed
from store.repo.create import git_dir_of
from store.vault import Vault
from tui.cli.output import complain, note

if TYPE_CHECKING:
    from argparse import Namespace

    from store.crypto.identity import MemberIdentity
    from store.crypto.plugins import Plugins

__all__ = [
    "ask_passphrase",
    "credentials",
    "home_folder",
    "open_vault",
    "trust_exit_code",
    "unlock",
]


def open_vault(options: Namespace) -> Vault:
    """Open the repository of `-C`; say on the error output when it is not to be trusted."""
    git_dir_of(options.folder)  # before a passphrase is asked for in vain
    vault = Vault.open(options.folder, unlock(options))
    if vault.trust.state == "unpinned":
        root = vault.trust.root
        note(f"note: nobody has confirmed the root commit of this copy: dalil verify --pin {root}")
    elif vault.trust.state == "broken":
        complain(
            BadSignature(
                "the history is not authentic after commit {tip}: what stands there is shown",
                hint="`dalil verify` says what is wrong",
                tip=vault.tip[:10],
            )
        )
    return vault


def trust_exit_code(vault: Vault) -> int:
    """Give the exit code of a command that only read: 3 when the history is not authentic."""
    return BadSignature.exit_code if vault.trust.state == "broken" else 0


def unlock(options: Namespace) -> MemberIdentity | None:
    """Open this person's keys, asking for the passphrase if they are locked; None without keys."""
    home = home_folder()
    state = identities.state(home)
    if state == "none":
        return None
    if state == "open":
        return identities.unlock(home, plugins=_plugins)
    passphrase = ask_passphrase(options, "Passphrase: ")
    return identities.unlock(home, passphrase, plugins=_plugins)


def _plugins() -> Plugins:
    """Give the age plugins that may run here; on the fast path nobody asks for them."""
    from tui.cli.talk import plugins_here

    return plugins_here(home_folder())


def ask_passphrase(options: Namespace, question: str) -> str:
    """Read a passphrase from the file that was named, or from the terminal without an echo.

    Raises:
        Sealed: there is neither.
    """
    if options.passphrase_file:
        try:
            with open(options.passphrase_file, encoding="utf-8") as file:
                return file.readline().rstrip("\n")
        except (OSError, UnicodeDecodeError):
            raise Sealed(
                "cannot read a passphrase from {file}",
                hint="its first line is the passphrase, in UTF-8",
                file=options.passphrase_file,
            ) from None
    if not sys.stdin.isatty():
        raise Sealed(
            "your keys are locked by a passphrase, and there is no terminal to ask for it",
            hint="name a file that holds it: --passphrase-file FILE",
        )
    from getpass import getpass

    return getpass(question)


def credentials() -> str:
    """Give the file of passwords for https remotes; it need not be there."""
    return os.path.join(home_folder(), "git-credentials")


def home_folder() -> str:
    """Give the folder of this person's keys and settings."""
    chosen = os.environ.get("DALIL_HOME")
    if chosen:
        return chosen
    from tui.settings import home

    return str(home())
