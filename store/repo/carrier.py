"""Run git towards another place, in a folder made for this one time, with settings of our own.

Whatever the repository's configuration names (transports, proxies, credential helpers, other
addresses for this one) has no say there. Nothing asks a person, and nothing waits for ever.
"""

from __future__ import annotations

import fcntl
import os
import re
import selectors
import shlex
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO, NamedTuple

from store.errors import Cancelled, Refused, Remote
from store.repo.run import command, environment, no_git, unwritable

__all__ = ["LARGEST", "Ended", "Way", "carrier", "go", "other_end"]

_FIRST_WORD = 45.0
"""Seconds until the first sign of life, after which a remote is given up."""
_SILENCE = 120.0
"""The same between one sign of life and the next: a server may have much to verify."""
LARGEST = 8 * 2**30
"""Bytes of the largest file that git may write: all history comes as one."""
_SAID_LIMIT = 64 * 1024
_STALE = 3600.0
"""Seconds after which half a pack is nobody's: git writes to a living one all the time."""
_YOUNG = 60.0
_HALF = ("tmp_pack_", "tmp_idx_", "tmp_rev_")
_FETCHING = b"fetch-pack "

_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
# For the git at the other end of a path, which knows nothing of the settings here: a folder that a
# colleague owns, or a memory stick, is read all the same; what is in it is verified.
_GLOBAL = "[safe]\n\tdirectory = *\n"
_SETTINGS = (
    "fetch.fsckObjects=true",
    "fetch.unpackLimit=1",  # one pack, one fsync
    "protocol.version=2",
    "credential.helper=",
    "http.sslVerify=true",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=60",
    "push.gpgSign=false",
    "pack.writeReverseIndex=false",
)
# And against what would make it run programs that the folder names: a stick may come from anybody,
# and whoever can write to a folder is kept out by no hook.
_THERE = (
    "core.hooksPath=/dev/null",
    "core.alternateRefsCommand=true",
    "core.fsmonitor=false",
    "receive.denyCurrentBranch=refuse",
    "receive.autogc=false",
    "safe.directory=*",
)
# Nothing asks: there is no terminal to ask on. The person's own ~/.ssh/config says the rest.
_SSH = (
    "ssh -oBatchMode=yes -oConnectTimeout=20 -oServerAliveInterval=15 -oServerAliveCountMax=4"
    " -oForwardAgent=no -oClearAllForwardings=yes -oPermitLocalCommand=no"
)
_PROGRESS = re.compile(
    rb"(?:Receiving objects|Resolving deltas|Writing objects): +\d+% \((\d+)/(\d+)\)"
)

Progress = Callable[[int, int], None]


class Way(NamedTuple):
    """How to get to a remote: its address, checked by `store.remote.urls`, and git's one protocol.

    `credentials` is a file of lines `https://user:password@host` that others cannot read, as `git
    credential-store` keeps it; git only ever reads it here.
    """

    address: str
    protocol: str
    credentials: str = ""
    progress: Progress | None = None
    is_cancelled: Callable[[], bool] | None = None


class Ended(NamedTuple):
    """How git ended: its exit code, the end of what it said, and the one of what it printed."""

    code: int
    said: bytes
    printed: bytes


@contextmanager
def carrier(git_dir: str, refs: Mapping[str, str]) -> Iterator[str]:
    """Make an empty repository with these refs, and take it away again.

    What a process that was killed left of its own is taken away first.
    """
    place = os.path.join(git_dir, "dalil")
    try:
        os.makedirs(place, mode=0o700, exist_ok=True)
        _sweep(git_dir)
        folder = tempfile.mkdtemp(prefix="carrier-", dir=place)
        held = _hold(folder)
    except OSError as error:
        raise unwritable(error) from error
    try:
        files = {"HEAD": "ref: refs/heads/none\n", "config": _CONFIG, "global": _GLOBAL}
        files |= {name: f"{oid}\n" for name, oid in refs.items()}
        os.makedirs(os.path.join(folder, "refs"))
        for name, text in files.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
        yield folder
    except OSError as error:
        raise unwritable(error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def go(
    folder: str,
    arguments: Sequence[str],
    way: Way,
    *,
    stdin: IO[bytes] | None = None,
    stdout: IO[bytes] | None = None,
) -> Ended:
    """Run git in a carrier, on the objects of the repository that it lies in, to its end.

    Raises:
        Remote: it showed no sign of life for too long.
        Refused: the file of credentials can be read by others.
        Cancelled: `is_cancelled` said so.
    """
    git_dir = os.path.dirname(os.path.dirname(folder))
    settings = environment() | {
        "GIT_ALLOW_PROTOCOL": way.protocol,
        "GIT_OBJECT_DIRECTORY": os.path.join(git_dir, "objects"),
        "GIT_CONFIG_GLOBAL": os.path.join(folder, "global"),
        "GIT_SSH_COMMAND": _SSH,
        "GIT_SSH_VARIANT": "ssh",
        "GIT_ASKPASS": "false",
        "SSH_ASKPASS_REQUIRE": "never",
    }
    options = [*_SETTINGS, *_helper(way)]
    line = command(folder, *(part for one in options for part in ("-c", one)), *arguments)
    with tempfile.TemporaryFile(dir=folder) as printed:
        try:
            process = subprocess.Popen(
                line,
                stdin=stdin if stdin is not None else subprocess.DEVNULL,
                stdout=stdout if stdout is not None else printed,
                stderr=subprocess.PIPE,
                env=settings,
                start_new_session=True,  # so that ssh and index-pack end with it
            )
        except OSError:
            raise no_git() from None
        try:
            said = _listen(process, way)
            code = process.wait()
        finally:
            _end(process)
        printed.seek(0)
        return Ended(code, said, printed.read(_SAID_LIMIT))


def other_end(way: Way, name: str) -> list[str]:
    """Give the option by which git runs its other end in a folder with settings of ours."""
    if way.protocol != "file":
        return []
    settings = " ".join(f"-c {shlex.quote(setting)}" for setting in _THERE)
    # Without a protocol, no object that is missing there is asked for elsewhere.
    return [f"--{name}=GIT_NO_LAZY_FETCH=1 GIT_ALLOW_PROTOCOL= git {settings} {name}"]


def _helper(way: Way) -> tuple[str, ...]:
    """Let git ask the file of credentials, and neither add to it nor take away from it."""
    if way.protocol != "https" or not way.credentials:
        return ()
    try:
        mode = os.stat(way.credentials).st_mode
    except OSError:
        return ()  # without one, git says that a password is wanted
    if stat.S_IMODE(mode) & 0o077:
        raise Refused(
            "others on this computer can read {path}, which holds passwords",
            hint="chmod 600 {path}",
            path=way.credentials,
        )
    asks = f"git credential-store --file={shlex.quote(way.credentials)} get"
    return (f'credential.helper=!f() {{ test "$1" = get && {asks}; }}; f',)


def _listen(process: subprocess.Popen[bytes], way: Way) -> bytes:
    _limit(process.pid)
    said = b""
    for piece in _pieces(process, way):
        said = (said + piece)[-_SAID_LIMIT:]
        if way.progress is not None and (found := _PROGRESS.findall(piece)):
            way.progress(*map(int, found[-1]))
    return said


def _pieces(process: subprocess.Popen[bytes], way: Way) -> Iterator[bytes]:
    """Give what git says as it says it."""
    assert process.stderr is not None  # noqa: S101 - it was opened with a pipe
    last, patience = time.monotonic(), _FIRST_WORD
    with selectors.DefaultSelector() as selector:
        selector.register(process.stderr, selectors.EVENT_READ)
        while True:
            if way.is_cancelled is not None and way.is_cancelled():
                raise Cancelled
            if selector.select(0.1):
                piece = os.read(process.stderr.fileno(), _SAID_LIMIT)
                if not piece:
                    return
                last, patience = time.monotonic(), _SILENCE
                yield piece
            elif time.monotonic() - last > patience:
                raise Remote(
                    "{url} sent nothing for {seconds} seconds",
                    hint="nothing was changed; try again later",
                    url=way.address,
                    seconds=int(patience),
                )


def _limit(process: int) -> None:
    """Let no endless answer fill the disk, where the system knows how."""
    import resource

    if hasattr(resource, "prlimit"):
        with suppress(OSError, ValueError):  # it may have ended, or be under a stricter limit
            resource.prlimit(process, resource.RLIMIT_FSIZE, (LARGEST, LARGEST))


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stderr is not None:
        process.stderr.close()


def _hold(folder: str) -> int:
    """Show others that somebody is alive who uses this folder, for as long as this stays open."""
    held = os.open(os.path.join(folder, "held"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return held


def _sweep(git_dir: str) -> None:
    """Take away the folders, and the half packs, of processes that are no more."""
    place = os.path.join(git_dir, "dalil")
    for name in os.listdir(place):
        folder = os.path.join(place, name)
        if name.startswith("carrier-") and _age(folder) > _YOUNG and _is_left(folder):
            shutil.rmtree(folder, ignore_errors=True)
    packs = os.path.join(git_dir, "objects", "pack")
    with suppress(FileNotFoundError):
        for name in os.listdir(packs):
            path = os.path.join(packs, name)
            if _age(path) > _STALE and (name.startswith(_HALF) or _is_fetching(path)):
                with suppress(OSError):
                    os.unlink(path)


def _is_fetching(path: str) -> bool:
    """Is it the file by which a fetch keeps its pack from `git gc` until its refs are set?

    What a killed one leaves would keep the pack from it for ever. Others' files to that end stay.
    """
    if not path.endswith(".keep"):
        return False
    with open(path, "rb") as file:
        return file.read(len(_FETCHING)) == _FETCHING


def _age(path: str) -> float:
    try:
        return time.time() - os.lstat(path).st_mtime
    except OSError:
        return 0.0


def _is_left(folder: str) -> bool:
    try:
        held = os.open(os.path.join(folder, "held"), os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(held)
    return True
