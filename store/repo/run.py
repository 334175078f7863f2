"""The one way git is run: an environment of our own, and no program that a repository names."""

from __future__ import annotations

import os

from store.errors import NotFound, StoreError, Unsupported, Unwritable

__all__ = [
    "OLDEST_GIT",
    "command",
    "environment",
    "failure",
    "git",
    "git_version",
    "no_git",
    "unwritable",
]

OLDEST_GIT = (2, 36)
"""The first with `cat-file --batch-command`."""

# A repository's own configuration may name hooks, monitors and transports to run (CVE-2024-32002
# and its family); command-line settings win over it.
_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.fsync=all",
    "core.quotePath=false",
    "core.commitGraph=false",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.ext.allow=never",
    "advice.graftFileDeprecated=false",
    # Members of a team share a repository that one of them owns; what is in it is verified anyway.
    "safe.directory=*",
)
_FULL_DISK = ("No space left on device", "Disk quota exceeded", "Out of diskspace")
_READ_ONLY = ("Read-only file system", "Permission denied")


def environment() -> dict[str, str]:
    """Give the environment git runs in: nobody's configuration, no prompt, no replaced objects."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return kept | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_GRAFT_FILE": "/dev/null",
        "GIT_SHALLOW_FILE": "/dev/null",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        # Nothing here goes over a network; but for an object that is missing git asks a "promisor"
        # that the repository's own settings name, by a program that they name.
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "",
        "LC_ALL": "C",
    }


def command(git_dir: str, *arguments: str) -> list[str]:
    """Give the argument list of a git command on this repository."""
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    return ["git", f"--git-dir={git_dir}", *settings, *arguments]


def git(
    git_dir: str,
    *arguments: str,
    stdin: bytes = b"",
    work_tree: str | None = None,
    index: str | None = None,
) -> bytes:
    """Run a git command to its end and give what it printed.

    Callers put `--` or `--end-of-options` before anything that is not fixed text, and name refs in
    full. `index` is the index file to use instead of the repository's own.

    Raises:
        Unwritable: the disk is full, read-only or not ours.
        NotFound: git says that something is not there.
        Unsupported: there is no git.
        StoreError: git failed in another way; its own first line is told.
    """
    # An index is made again when it is lost: no need to wait for the disk.
    quick = () if index is None else ("-c", "core.fsync=none")
    line = command(git_dir, *quick, *arguments)
    if work_tree is not None:
        line.insert(1, f"--work-tree={work_tree}")
    import subprocess  # takes 2 ms, and `dalil show` does without

    settings = environment() | ({"GIT_INDEX_FILE": index} if index is not None else {})
    try:
        done = subprocess.run(
            line, input=stdin, capture_output=True, env=settings, cwd=work_tree, check=False
        )
    except OSError:
        raise no_git() from None
    if done.returncode:
        raise failure(arguments[0], done.stderr)
    return done.stdout


def failure(name: str, said: bytes) -> StoreError:
    """Turn what a failing git command wrote into an error of ours."""
    text = said.decode("utf-8", "replace").strip()
    lines = text.splitlines() or ["no reason given"]
    first = next((line for line in lines if line.startswith(("fatal: ", "error: "))), lines[0])
    first = first.removeprefix("fatal: ").removeprefix("error: ")[:200]
    if any(sign in text for sign in _FULL_DISK):
        return Unwritable(
            "the disk is full: nothing was changed", hint="free some space, then again"
        )
    if git_version() < OLDEST_GIT:
        return Unsupported(
            "git {found} on this machine is too old",
            hint="install git {oldest} or newer",
            found=".".join(map(str, git_version())),
            oldest=".".join(map(str, OLDEST_GIT)),
        )
    if any(sign in text for sign in _READ_ONLY):
        return Unwritable(
            "the repository cannot be written: {reason}",
            hint="check the permissions of its folder, or remount it writable",
            reason=first,
        )
    kind = NotFound if "not found" in text or "does not exist" in text else StoreError
    return kind("git {command} failed: {reason}", command=name, reason=first)


def unwritable(error: OSError) -> Unwritable:
    """Say in our words that the disk does not take what is written into a repository."""
    return Unwritable(
        "the repository cannot be written: {reason}",
        hint="check the free space and the permissions of its folder; nothing was changed",
        reason=error.strerror or str(error.errno),
    )


def git_version() -> tuple[int, ...]:
    """Give git's version, such as (2, 39, 5).

    Raises:
        Unsupported: there is no git.
    """
    import subprocess

    try:
        said = subprocess.run(["git", "--version"], capture_output=True, check=False).stdout
    except OSError:
        raise no_git() from None
    words = said.decode("ascii", "replace").split()
    numbers = words[2].split(".") if len(words) > 2 else []  # noqa: PLR2004 - git version 2.39.5
    return tuple(int(number) for number in numbers if number.isdigit())


def no_git() -> Unsupported:
    """Say that there is no git."""
    return Unsupported("there is no git on this machine", hint="install it: apt install git")
