"""What is missing or unsafe on this machine, and in one repository."""

from __future__ import annotations

import os
import resource
import stat
from collections.abc import Iterator
from typing import NamedTuple

from store.errors import StoreError
from store.repo.create import ATTRIBUTES, git_dir_of
from store.repo.run import OLDEST_GIT, git, git_version

__all__ = ["Check", "examine"]

# Settings of a repository that make git run a program, or read other files.
_RUNS_PROGRAMS = (
    ("core.", ("hookspath", "fsmonitor", "sshcommand", "editor", "pager", "askpass", "gitproxy")),
    ("core.", ("attributesfile", "alternaterefscommand", "worktree")),
    ("include.", ("path",)),
    ("includeif.", ("path",)),
    ("diff.", ("external", "command", "textconv")),
    ("merge.", ("driver",)),
    ("filter.", ("clean", "smudge", "process")),
    ("gpg.", ("program",)),
    ("credential.", ("helper",)),
    ("remote.", ("uploadpack", "receivepack", "vcs", "promisor")),
    ("uploadpack.", ("packobjectshook",)),
    ("alias.", ("",)),
)
_SIGNS = {"good": "✓", "warning": "!", "bad": "✗"}


class Check(NamedTuple):
    """One thing that was looked at: `good`, `warning` or `bad`; message and hint are templates."""

    name: str
    state: str
    message: str
    values: dict[str, object]
    hint: str = ""

    @property
    def sign(self) -> str:
        """A sign for the state."""
        return _SIGNS[self.state]

    def text(self) -> str:
        """Say it in English, with the places filled."""
        return self.message.format_map(self.values)

    def advice(self) -> str:
        """Say in English what to do; empty when there is nothing to."""
        return self.hint.format_map(self.values)


def examine(folder: str, home: str) -> list[Check]:
    """Look at the machine, the person's keys, and the repository at `folder` if there is one."""
    return [*_git(), *_yaml(), *_keys(home), *_core_dumps(), *_swap(), *_repository(folder)]


def _git() -> Iterator[Check]:
    try:
        version = git_version()
    except StoreError as error:
        yield Check("git", "bad", error.message, error.values, error.hint)
        return
    oldest = ".".join(map(str, OLDEST_GIT))
    found = ".".join(map(str, version))
    if version < OLDEST_GIT:
        yield Check(
            "git",
            "bad",
            "git {found} on this machine is too old",
            {"found": found, "oldest": oldest},
            "install git {oldest} or newer",
        )
    else:
        yield Check("git", "good", "git {found}", {"found": found})


def _yaml() -> Iterator[Check]:
    import yaml

    if yaml.__with_libyaml__:
        yield Check("yaml", "good", "PyYAML with libyaml", {})
    else:
        yield Check(
            "yaml",
            "bad",
            "PyYAML was built without libyaml",
            {},
            "pip install --force-reinstall PyYAML",
        )


def _keys(home: str) -> Iterator[Check]:
    from store.crypto.identity import state

    try:
        kept = state(home)
    except StoreError as error:
        yield Check("keys", "bad", error.message, error.values, error.hint)
        return
    if kept == "none":
        yield Check(
            "keys", "warning", "there are no keys in {home}", {"home": home}, "dalil key new"
        )
        return
    for name in ("", "age_identity", "signing_key"):
        path = os.path.join(home, name) if name else home
        if os.path.exists(path) and stat.S_IMODE(os.stat(path).st_mode) & 0o077:
            yield Check(
                "keys",
                "bad",
                "others on this machine can read {path}",
                {"path": path},
                "chmod go-rwx {path}",
            )
    if kept == "open":
        yield Check(
            "keys",
            "warning",
            "the keys in {home} are not locked by a passphrase",
            {"home": home},
            "whoever copies the folder can read and sign as you",
        )
    else:
        yield Check("keys", "good", "the keys in {home} are locked by a passphrase", {"home": home})


def _core_dumps() -> Iterator[Check]:
    soft, _ = resource.getrlimit(resource.RLIMIT_CORE)
    if soft == 0:
        yield Check("core dumps", "good", "core dumps are off", {})
    else:
        yield Check(
            "core dumps",
            "warning",
            "core dumps are on: a crash of a program would write its memory to the disk",
            {},
            "ulimit -c 0 (the interface switches them off for itself)",
        )


def _swap() -> Iterator[Check]:
    try:
        with open("/proc/swaps", encoding="utf-8", errors="replace") as file:
            devices = [line.split()[0] for line in file.readlines()[1:]]
    except OSError:
        yield Check(
            "swap", "warning", "this system does not say whether its swap is encrypted", {}, ""
        )
        return
    open_ones = [device for device in devices if not _is_encrypted(device)]
    if open_ones:
        yield Check(
            "swap",
            "warning",
            "swap is not encrypted: {devices} can hold decrypted text",
            {"devices": ", ".join(open_ones)},
            "swapoff -a, or encrypt it",
        )
    else:
        yield Check("swap", "good", "no unencrypted swap", {})


def _is_encrypted(device: str) -> bool:
    """Is a swap device in memory (zram), or behind dm-crypt?"""
    name = os.path.basename(os.path.realpath(device))
    if name.startswith("zram"):
        return True
    try:
        with open(f"/sys/block/{name}/dm/uuid", encoding="ascii", errors="replace") as file:
            return file.read().startswith("CRYPT-")
    except OSError:
        return False


def _repository(folder: str) -> Iterator[Check]:
    try:
        git_dir = git_dir_of(folder)
    except StoreError as error:
        yield Check("repository", "warning", error.message, error.values, error.hint)
        return
    try:
        found = [*_programs(git_dir), *_lies(git_dir), *_leaks(git_dir)]
    except StoreError as error:  # git cannot even read the settings
        found = [Check("repository", "bad", error.message, error.values, error.hint)]
    if not found:
        yield Check("repository", "good", "nothing in the repository's settings runs a program", {})
    yield from found


def _programs(git_dir: str) -> Iterator[Check]:
    config = os.path.join(git_dir, "config")
    above = os.path.dirname(git_dir)  # else git goes to the work tree that the settings name
    said = git(git_dir, "config", "--file", config, "--list", "-z", "--name-only", work_tree=above)
    for name in sorted(set(said.decode("utf-8", "replace").split("\0"))):
        section, _, key = name.partition(".")
        last = key.rpartition(".")[2]
        for prefix, keys in _RUNS_PROGRAMS:
            if f"{section}." == prefix and (last in keys or "" in keys):
                yield Check(
                    "repository",
                    "bad",
                    "the repository's own settings can run a program: {name}",
                    {"name": name},
                    "look at it, then: git config --unset-all {name}",
                )
    hooks = os.path.join(git_dir, "hooks")
    for name in sorted(os.listdir(hooks)) if os.path.isdir(hooks) else ():
        if not name.endswith(".sample") and os.access(os.path.join(hooks, name), os.X_OK):
            yield Check(
                "repository",
                "warning",
                "there is a hook: {name}",
                {"name": name},
                "Dalil never runs it, but git does when you call git",
            )


def _lies(git_dir: str) -> Iterator[Check]:
    """Find what makes git show another history than there is."""
    for place in ("info/grafts", "shallow", "objects/info/alternates", "refs/replace"):
        path = os.path.join(git_dir, place)
        if os.path.isfile(path) or (os.path.isdir(path) and os.listdir(path)):
            yield Check(
                "repository",
                "warning",
                "{place} makes git show another history, or other objects, than this one has",
                {"place": place},
                "Dalil does not follow it; remove it unless you know why it is there",
            )


def _leaks(git_dir: str) -> Iterator[Check]:
    if os.path.exists(os.path.join(git_dir, "refs", "notes", "textconv")):
        yield Check(
            "repository",
            "bad",
            "git has kept decrypted text in refs/notes/textconv",
            {},
            "delete that ref and run git gc --prune=now; then look who could read this disk",
        )
    try:
        with open(os.path.join(git_dir, "info", "attributes"), encoding="utf-8") as file:
            is_set = ATTRIBUTES.strip() in file.read()
    except OSError:
        is_set = False
    if not is_set and os.path.basename(git_dir) == ".git":
        yield Check(
            "repository",
            "warning",
            "a .gitattributes file could change what git writes to the work tree",
            {
                "line": ATTRIBUTES.strip(),
                "file": os.path.join(git_dir, "info", "attributes"),
            },
            "echo '{line}' >> {file}",
        )
