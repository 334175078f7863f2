"""The folder that holds a member's keys: its file names, who may read it, one writer at a time."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from store.errors import BadFormat, NotFound, StoreError, Unwritable

__all__ = [
    "AGE",
    "AGE_PUBLIC",
    "SIGN",
    "SIGN_PUBLIC",
    "Folder",
    "exclusive",
    "make_folder",
    "no_identity",
    "path_of",
    "read_public",
    "read_secret",
]

AGE, AGE_PUBLIC = "age_identity", "age_identity.pub"
SIGN, SIGN_PUBLIC = "signing_key", "signing_key.pub"
_LARGEST = 64 * 1024

Folder = str | os.PathLike[str]


def path_of(home: Folder, name: str) -> str:
    """Give the path of one of the files."""
    return os.path.join(os.fspath(home), name)


def make_folder(home: Folder) -> None:
    """Make the folder, for its owner only.

    Raises:
        Unwritable: it cannot be made, or not closed to others.
    """
    try:
        os.makedirs(home, mode=0o700, exist_ok=True)
        os.chmod(home, 0o700)
    except OSError as error:
        raise Unwritable(
            "cannot make the folder {path} for your keys: {reason}",
            hint="check the permissions of the folder above it, or set DALIL_HOME",
            path=os.fspath(home),
            reason=error.strerror or type(error).__name__,
        ) from error


@contextmanager
def exclusive(home: Folder) -> Iterator[None]:
    """Keep other processes from changing the keys meanwhile; wait for those that do."""
    import fcntl

    descriptor = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        # NFS does not lock folders; one person rarely makes two identities at once there.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def read_secret(home: Folder, name: str) -> bytes | None:
    """Read a private file; None when it is not there.

    Raises:
        StoreError: others may read it, as ssh would refuse too, or it cannot be read.
    """
    path = path_of(home, name)
    data, mode = _read(path)
    if data is not None and mode & 0o077:
        raise StoreError(
            "{path} can be read by other users, so it is not used",
            hint="chmod 600 {path}",
            path=path,
        )
    return data


def read_public(home: Folder, name: str) -> str:
    """Read the one line of a `.pub` file.

    Raises:
        NotFound: it is not there.
        BadFormat: it is not one line of text.
        StoreError: it cannot be read.
    """
    path = path_of(home, name)
    data, _mode = _read(path)
    if data is None:
        raise NotFound(
            "{path} is missing",
            hint="age-keygen -y age_identity or ssh-keygen -y -f signing_key write it again",
            path=path,
        )
    line = data.decode("utf-8", "replace").strip()
    if not line or not line.isprintable():
        raise BadFormat("{path} is not one line with a public key", path=path)
    return line


def no_identity(home: Folder) -> NotFound:
    """Give the error for a folder without keys."""
    return NotFound(
        "there is no identity in {folder}",
        hint="`dalil key new` makes one",
        folder=os.fspath(home),
    )


def _read(path: str) -> tuple[bytes | None, int]:
    """Give content and mode from one open file, so that both are of the same file."""
    try:
        # Not blocking: a pipe put there must not stop the program.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
                raise BadFormat("{path} is not a key file", path=path)
            return file.read(), status.st_mode
    except FileNotFoundError:
        return None, 0
    except OSError as error:
        raise StoreError(
            "cannot read {path}: {reason}",
            hint="check the permissions of the file and its folder",
            path=path,
            reason=error.strerror or type(error).__name__,
        ) from error
