"""Drafts: what somebody typed and has not saved, kept on this disk for their own key alone.

One file each, in a folder of that key's below `.git/dalil/drafts`; what is in it is for the reader
to know. Beside a draft stands a lock for as long as a program has it open: a crash lets go of it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from store.atomic import make_folder, write_file
from store.crypto.padding import pad, unpad
from store.errors import NotFound, StoreError
from store.repo.run import unwritable

if TYPE_CHECKING:
    from store.crypto.plugins import Plugins
    from store.crypto.wrapping import MemberKey

__all__ = ["Draft", "Drafts", "Waiting"]

_TAG_LENGTH = 16
_NAME_LENGTH = 16
_ENDING, _LOCK = ".age", ".lock"


class Waiting(NamedTuple):
    """A draft that lies there: its name, and when something was typed last (seconds since 1970).

    One that `is_open` is being typed in by a program that runs now.
    """

    name: str
    at: float
    is_open: bool


class Drafts:
    """The drafts of one member in one repository.

    Example:
        >>> drafts = Drafts(vault.git_dir, recipient)  # doctest: +SKIP
        >>> drafts.begin().write(b"what was typed")
    """

    def __init__(
        self, git_dir: str, recipient: str, plugins: Callable[[], Plugins] | None = None
    ) -> None:
        self._recipient, self._plugins = recipient, plugins
        self._all = os.path.join(git_dir, "dalil", "drafts")
        tag = hashlib.sha256(recipient.encode()).hexdigest()[:_TAG_LENGTH]
        self.folder = os.path.join(self._all, tag)
        self._sealed: Callable[[bytes], bytes] | None = None
        self._turn = threading.Lock()

    def waiting(self) -> list[Waiting]:
        """List what lies there, what was typed last first; nothing is opened for it."""
        found = []
        for name in self._names():
            with suppress(FileNotFoundError):  # another program has just saved it
                at = os.stat(self._path(name)).st_mtime
                found.append(Waiting(name, at, self._is_open(name)))
        return sorted(found, key=lambda draft: -draft.at)

    def begin(self) -> Draft:
        """Make a place for a new draft; there is no file before something is written.

        Raises:
            Unwritable: the disk does not take it.
        """
        make_folder(self.folder)
        self._sweep()
        return self._hold(os.urandom(_NAME_LENGTH // 2).hex())

    def take(self, name: str) -> Draft:
        """Open a draft that lies there, so that no other program offers it meanwhile.

        Raises:
            NotFound: it has been saved or thrown away.
            StoreError: another program has it open.
        """
        if name not in self._names():
            raise _gone(name)
        draft = self._hold(name)
        if not os.path.exists(self._path(name)):
            draft.discard()
            raise _gone(name)
        return draft

    def read(self, name: str, key: MemberKey) -> bytes:
        """Give the text of a draft; the owner of a key in hardware may have to touch it.

        Raises:
            NotFound: it has been saved or thrown away.
            Sealed: it is for another key.
            BadFormat: it is damaged.
        """
        from store.crypto import age

        if name not in self._names():
            raise _gone(name)
        try:
            with open(self._path(name), "rb") as file:
                sealed = file.read()
        except OSError as error:
            raise _gone(name) from error
        if isinstance(key, age.Identity):
            return unpad(age.decrypt(sealed, [key]))[:-1]
        return unpad(key.decrypt(sealed))[:-1]

    def of_others(self) -> int:
        """Count the drafts here that are for other keys."""
        return sum(
            name.endswith(_ENDING)
            for place, _, names in os.walk(self._all)
            if place != self.folder
            for name in names
        )

    def seal(self, text: bytes) -> bytes:
        """Encrypt to the member. A plugin is asked once, for the first text of all."""
        with self._turn:
            if self._sealed is None:
                from store.crypto.plugins import Plugins
                from store.crypto.wrapping import sealer

                plugins = self._plugins() if self._plugins else Plugins()
                self._sealed = sealer(self._recipient, plugins)
        return self._sealed(pad(text))

    def _names(self) -> list[str]:
        try:
            there = os.listdir(self.folder)
        except FileNotFoundError:
            return []
        return [
            name.removesuffix(_ENDING)
            for name in there
            if name.endswith(_ENDING) and not name.startswith(".")
        ]

    def _path(self, name: str, ending: str = _ENDING) -> str:
        return os.path.join(self.folder, name + ending)

    def _sweep(self) -> None:
        """Take away what a program that was killed in the middle of a write left behind."""
        for entry in os.listdir(self.folder):
            name = entry.lstrip(".")[:_NAME_LENGTH]
            if not (os.path.exists(self._path(name)) or self._is_open(name)):
                with suppress(OSError):
                    os.unlink(os.path.join(self.folder, entry))

    def _is_open(self, name: str) -> bool:
        try:
            descriptor = os.open(self._path(name, _LOCK), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def _hold(self, name: str) -> Draft:
        """Take the lock of a draft; again where it was taken away in the same moment."""
        path = self._path(name, _LOCK)
        while True:
            try:
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError as error:
                raise unwritable(error) from error
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.samestat(os.fstat(descriptor), os.stat(path)):
                    return Draft(self, name, descriptor)
            except BlockingIOError:
                os.close(descriptor)
                raise StoreError(
                    "this draft is open in another window",
                    hint="go on there, or close that window first",
                ) from None
            except FileNotFoundError:
                pass
            os.close(descriptor)


class Draft:
    """One draft that this program has open; any thread may write it."""

    def __init__(self, drafts: Drafts, name: str, descriptor: int) -> None:
        self.name = name
        self._drafts, self._descriptor = drafts, descriptor
        self._path = os.path.join(drafts.folder, name)
        self._turn = threading.Lock()
        self._written = b""
        self._number = 0
        self._is_over = False

    def write(self, text: bytes, number: int = 0, *, patience: float = -1) -> None:
        """Keep a text in place of the one before; the same one, or an older one, is not written.

        `patience` is how many seconds to wait for another thread that writes; -1 for as long as it
        takes. Then this text is not written.

        Raises:
            Unwritable: the disk does not take it; what was kept before still is.
            Refused, NotFound, StoreError: the plugin of this member's key does not encrypt.
        """
        mark = hashlib.blake2b(text).digest()
        if not self._turn.acquire(timeout=patience):
            return
        try:
            if self._is_over or mark == self._written or number < self._number:
                return
            write_file(self._path + _ENDING, self._drafts.seal(text))
            self._written, self._number = mark, number
        finally:
            self._turn.release()

    def read(self, key: MemberKey) -> bytes:
        """Give the text; errors as in `Drafts.read`."""
        text = self._drafts.read(self.name, key)
        self._written = hashlib.blake2b(text).digest()
        return text

    def keep(self) -> None:
        """Let go of it: it lies there, and is offered from now on."""
        self._end(is_wanted=True)

    def discard(self) -> None:
        """Throw it away: it has been saved, or nobody wants it."""
        self._end(is_wanted=False)

    def _end(self, *, is_wanted: bool) -> None:
        with self._turn:
            if self._is_over:
                return
            self._is_over = True
            for ending in (_LOCK,) if is_wanted else (_ENDING, _LOCK):
                with suppress(OSError):  # what cannot be taken away is offered again
                    os.unlink(self._path + ending)
            os.close(self._descriptor)


def _gone(name: str) -> NotFound:
    return NotFound(
        "there is no draft {draft} any more",
        hint="it has been saved or thrown away",
        draft=name,
    )
