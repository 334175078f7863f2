"""Change the passphrase of a member's private files so that a crash in between can be completed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from store.atomic import write_file
from store.crypto.keyfiles import STRONG, Cost, lock_text, open_text, read_text
from store.crypto.keyfolder import AGE, SIGN, Folder, exclusive, no_identity, path_of, read_secret
from store.crypto.signer import FileSigner
from store.errors import Sealed, WrongPassphrase

__all__ = ["change_passphrase"]

_Opened = TypeVar("_Opened")


def change_passphrase(
    home: Folder, old: str | None, new: str | None, *, cost: Cost = STRONG
) -> None:
    """Lock the private files by another passphrase; None stands for no lock.

    Cut off between the two files, it is completed when called again with the same passphrases.

    Raises:
        NotFound: there is no identity.
        Sealed: it is locked, and `old` is None.
        WrongPassphrase: `old` does not open it.
        BadFormat: `new` is empty, or a file is damaged.
        Unwritable: the disk does not take it.
    """
    with exclusive(home):
        text, signer = _open_both(home, old, new)
        # Both are made before either is written: little can fail between the two.
        locked = lock_text(text, new, cost)
        if signer is not None:
            write_file(path_of(home, SIGN), signer.dump(new, rounds=cost.rounds))
        write_file(path_of(home, AGE), locked)


def _open_both(home: Folder, old: str | None, new: str | None) -> tuple[bytes, FileSigner | None]:
    stored, key = read_secret(home, AGE), read_secret(home, SIGN)
    if stored is None:
        raise no_identity(home)
    text, is_old = _open_either(lambda passphrase: open_text(stored, passphrase), old, new)
    read_text(text)
    if key is None:
        signer, is_old_too = None, False
    else:
        load = FileSigner.load
        signer, is_old_too = _open_either(lambda passphrase: load(key, passphrase), old, new)
    if not (is_old or is_old_too):  # knowing the new one alone is not enough
        raise WrongPassphrase(
            "the old passphrase does not open your identity",
            hint="check the keyboard layout and caps lock",
        )
    return text, signer


def _open_either(
    load: Callable[[str | None], _Opened], old: str | None, new: str | None
) -> tuple[_Opened, bool]:
    """Open one file; say whether it was the old passphrase that did.

    The new one fits a file that was already written when an earlier change was cut off.
    """
    try:
        return load(old), True
    except Sealed as error:
        if new is None:
            raise
        try:
            return load(new), False
        except Sealed:
            raise error from None
