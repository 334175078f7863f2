"""What can go wrong in the store: one small tree of errors that say what happened, what to do."""

from __future__ import annotations

__all__ = [
    "BadFormat",
    "BadSignature",
    "Cancelled",
    "Moved",
    "NotFound",
    "Refused",
    "Remote",
    "Sealed",
    "StoreError",
    "Unsupported",
    "Unwritable",
    "WrongPassphrase",
]


class StoreError(Exception):
    """Say what happened, where, and what to do about it.

    `message` and `hint` are templates whose `{name}` places are filled from `values`. They stay
    apart, so that the interface can look a template up in its own language and fill it there.
    Values are ids, paths and numbers, never more of a case's text than a code or a date; or an
    error that this one tells of.

    Example:
        >>> str(NotFound("no case {case} here", hint="dalil list shows them", case="SY-1"))
        'no case SY-1 here'
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "", **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.values = values

    def __str__(self) -> str:
        return self.message.format_map(self.values)

    def advice(self) -> str:
        """Say what to do, with its places filled; empty when there is nothing to add."""
        return self.hint.format_map(self.values)


class NotFound(StoreError):
    """Something asked for is not there."""


class BadFormat(StoreError):
    """Data does not have the form it must have: damaged, foreign or hostile."""


class Refused(StoreError):
    """The policy does not allow it."""


class Remote(StoreError):
    """Another computer, or a folder that stands for one, does not answer or answers wrongly."""


class Moved(StoreError):
    """Somebody else changed the same thing meanwhile."""


class Unwritable(StoreError):
    """The disk or the folder does not take what is to be written."""


class Unsupported(StoreError):
    """A program or a format is too old, too new or missing."""


class BadSignature(StoreError):
    """A signature, or the history it belongs to, is not authentic."""

    exit_code = 3


class Sealed(StoreError):
    """No key at hand opens it."""

    exit_code = 4


class WrongPassphrase(Sealed):
    """The passphrase does not open the identity."""


class Cancelled(Exception):
    """Whoever waited for something long asked to stop it: no error, and nothing has changed."""
