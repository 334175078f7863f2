"""Bring the main branch of a remote into the object database, and nothing else.

Git fetches in a folder made for this one time, with settings of our own, and only its objects go to
the repository: whatever the repository's configuration names (transports, proxies, credential
helpers, other addresses for this one) has no say. No ref moves here.
"""

from __future__ import annotations

import os
import re
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from store.errors import Cancelled, Remote, StoreError
from store.repo.run import command, environment, failure, no_git, unwritable

__all__ = ["bring_main"]

Progress = Callable[[int, int], None]

_TARGET = "refs/incoming"
_SILENCE = 120.0
"""Seconds without a sign of life, after which a remote is given up."""
_LARGEST = 8 * 2**30
"""Bytes of the largest file that a fetch may write: all history comes as one."""
_SAID_LIMIT = 64 * 1024
_SHOWN = 200

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
)
# Nothing asks: there is no terminal to ask on. The person's own ~/.ssh/config says the rest.
_SSH = (
    "ssh -oBatchMode=yes -oConnectTimeout=20 -oServerAliveInterval=15 -oServerAliveCountMax=4"
    " -oForwardAgent=no -oClearAllForwardings=yes -oPermitLocalCommand=no"
)
_PROGRESS = re.compile(rb"(?:Receiving objects|Resolving deltas): +\d+% \((\d+)/(\d+)\)")
_NO_MAIN = b"couldn't find remote ref"
_FULL = (b"No space left on device", b"Disk quota exceeded", b"File too large")


def bring_main(
    git_dir: str,
    address: str,
    protocol: str,
    *,
    have: Sequence[str] = (),
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> str | None:
    """Fetch what `refs/heads/main` leads to at an address; give its commit id, not verified.

    None when the remote has no main. `have` are commits that need not come again. `protocol` is
    the only one that git may use; `address` was checked by `store.remote.urls`.

    Raises:
        Remote: it cannot be reached, says nothing for two minutes, or sends what git refuses.
        Unwritable: the disk does not take it.
        Cancelled: `is_cancelled` said so; what had come is not pointed to by anything.
    """
    with _carrier(git_dir, have) as carrier:
        line = command(carrier, *(part for setting in _SETTINGS for part in ("-c", setting)))
        line += ["fetch", "--progress", "--no-tags", "--no-recurse-submodules", "--no-auto-gc"]
        line += ["--no-write-fetch-head", "--", address, f"+refs/heads/main:{_TARGET}"]
        settings = environment() | {
            "GIT_ALLOW_PROTOCOL": protocol,
            "GIT_OBJECT_DIRECTORY": os.path.join(git_dir, "objects"),
            "GIT_CONFIG_GLOBAL": os.path.join(carrier, "global"),
            "GIT_SSH_COMMAND": _SSH,
            "GIT_SSH_VARIANT": "ssh",
            "GIT_ASKPASS": "false",
        }
        code, said = _run(line, settings, address, progress, is_cancelled)
        if code == 0:
            with open(os.path.join(carrier, _TARGET), encoding="ascii") as file:
                return file.read().strip()
    if _NO_MAIN in said:
        return None
    raise _fault(address, said)


@contextmanager
def _carrier(git_dir: str, have: Sequence[str]) -> Iterator[str]:
    """Make an empty repository that knows these commits, and take it away again."""
    try:
        os.makedirs(os.path.join(git_dir, "dalil"), mode=0o700, exist_ok=True)
        folder = tempfile.mkdtemp(prefix="carrier-", dir=os.path.join(git_dir, "dalil"))
    except OSError as error:
        raise unwritable(error) from error
    try:
        files = {"HEAD": "ref: refs/heads/none\n", "config": _CONFIG, "global": _GLOBAL}
        files |= {f"refs/have/{number}": f"{oid}\n" for number, oid in enumerate(have)}
        os.makedirs(os.path.join(folder, "refs", "have"))
        for name, text in files.items():
            with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                file.write(text)
        yield folder
    except OSError as error:
        raise unwritable(error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(
    line: list[str],
    settings: dict[str, str],
    address: str,
    progress: Progress | None,
    is_cancelled: Callable[[], bool] | None,
) -> tuple[int, bytes]:
    """Run git to its end, as long as it shows signs of life; give its exit code and words."""
    try:
        process = subprocess.Popen(
            line,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=settings,
            start_new_session=True,  # so that ssh and index-pack end with it
        )
    except OSError:
        raise no_git() from None
    try:
        _limit(process.pid)
        said = b""
        for piece in _pieces(process, address, is_cancelled):
            said = (said + piece)[-_SAID_LIMIT:]
            if progress is not None and (found := _PROGRESS.findall(piece)):
                progress(*map(int, found[-1]))
        return process.wait(), said
    finally:
        _end(process)


def _pieces(
    process: subprocess.Popen[bytes], address: str, is_cancelled: Callable[[], bool] | None
) -> Iterator[bytes]:
    """Give what git says as it says it."""
    assert process.stderr is not None  # noqa: S101 - it was opened with a pipe
    last = time.monotonic()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stderr, selectors.EVENT_READ)
        while True:
            if is_cancelled is not None and is_cancelled():
                raise Cancelled
            if selector.select(0.1):
                piece = os.read(process.stderr.fileno(), _SAID_LIMIT)
                if not piece:
                    return
                last = time.monotonic()
                yield piece
            elif time.monotonic() - last > _SILENCE:
                raise Remote(
                    "{url} sent nothing for {seconds} seconds",
                    hint="nothing was changed; try again later",
                    url=address,
                    seconds=int(_SILENCE),
                )


def _limit(process: int) -> None:
    """Let no endless answer fill the disk, where the system knows how."""
    import resource

    if hasattr(resource, "prlimit"):
        with suppress(OSError, ValueError):  # it may have ended, or be under a stricter limit
            resource.prlimit(process, resource.RLIMIT_FSIZE, (_LARGEST, _LARGEST))


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stderr is not None:
        process.stderr.close()


def _fault(address: str, said: bytes) -> StoreError:
    if any(sign in said for sign in _FULL):
        return failure("fetch", b"fatal: No space left on device")
    lines = said.replace(b"\r", b"\n").decode("utf-8", "replace").splitlines()
    own = [line.strip() for line in lines if line.strip() and not line.startswith("remote:")]
    telling = [line for line in own if "%" not in line] or ["no reason given"]
    reason = telling[0].removeprefix("fatal: ").removeprefix("error: ")
    return Remote(
        "{url} cannot be fetched: {reason}",
        hint="check the address, the network, and that you may read it without a password",
        url=address,
        reason=ascii(reason)[1:-1][:_SHOWN],
    )
