"""The server's side: a pre-receive hook that holds every push against the rules, without any key.

It runs inside git's quarantine: the pushed objects lie in a folder of their own, and are thrown
away when it says no. What it trusts stands in `dalil/hook.yaml` of the bare repository: the root
commit, and a commit up to which main was verified when it stood there.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from store.atomic import make_folder, write_file
from store.errors import BadFormat, BadSignature, Refused, StoreError, Unwritable
from store.model import codec
from store.repo.objects import MAIN, ObjectReader
from store.repo.run import git
from store.trust.commits import outline
from store.trust.kinship import check_id, check_root, descends, first_commit
from store.trust.report import Note, Report
from store.trust.verify import verify

__all__ = ["Installed", "Verdict", "install", "judge"]

_STATE = os.path.join("dalil", "hook.yaml")
_HOOK = os.path.join("hooks", "pre-receive")
_SIGN = "# Written by `dalil hook install`: what is pushed here must be authentic."
_NOTHING = "0" * 40
_OID = re.compile(r"[0-9a-f]{40}")
_SETTINGS = {
    "core.hooksPath": "hooks",  # else a setting of the account would name another folder
    "receive.fsckObjects": "true",
    "receive.denyDeletes": "true",
    "receive.denyNonFastForwards": "true",
    "receive.maxInputSize": "2g",
}
_QUARANTINE = ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")

_ONLY_MAIN = Note("only the branch main is taken here, not {ref}", "push main and nothing else")
_NO_DELETE = Note("main is not deleted here", "the history is only ever added to")
_FORCED = Note(
    "this push would take commit {old} out of the history", "fetch first, then push without --force"
)
_NO_STATE = Note(
    "the hook does not know which repository this is, so it takes nothing",
    "on the server: dalil hook install DIR --pin ID",
)


class _Trusted(NamedTuple):
    root: str
    tip: str


class Installed(NamedTuple):
    """What a hook was installed for: the pinned root, and the tip that main has (None: empty)."""

    git_dir: str
    root: str
    tip: str | None
    replaced: str


class Verdict(NamedTuple):
    """What the hook says to a push: why it is refused (nothing: it is taken), and the report."""

    refusals: tuple[Note, ...] = ()
    report: Report | None = None

    @property
    def is_taken(self) -> bool:
        """Say whether the push is taken."""
        return not self.refusals and (self.report is None or self.report.is_authentic)


def install(
    folder: str, command: Sequence[str], *, root: str | None = None, replaces: bool = False
) -> Installed:
    """Put the hook on a bare repository; `command` is what it runs, by absolute path.

    `root` is the root commit to pin; without it, the one that main has there. A hook of others is
    moved aside when `replaces` says so; `replaced` of the answer names where.

    Raises:
        BadFormat: it is no bare repository, or `root` is none.
        Refused: another hook is there, or the repository is empty and no root was named.
        BadSignature: what is there is not authentic.
        Unwritable: it cannot be written.
    """
    git_dir = os.path.abspath(folder)
    _must_be_bare(git_dir, folder)
    hook = os.path.join(git_dir, _HOOK)
    is_foreign = os.path.lexists(hook) and not _is_ours(hook)
    if is_foreign and not replaces:
        raise Refused(
            "there is another hook already: {path}",
            hint="--replace moves it aside; call it from a hook of your own if you need both",
            path=hook,
        )
    trusted, tip = _examine(git_dir, root)
    try:
        os.makedirs(os.path.dirname(hook), exist_ok=True)
        aside = f"{hook}.before-dalil" if is_foreign else ""
        if aside:
            os.replace(hook, aside)
    except OSError as error:
        raise Unwritable(
            "cannot write {path}: {reason}", path=hook, reason=error.strerror
        ) from error
    _write_state(git_dir, trusted)
    for key, value in _SETTINGS.items():
        git(git_dir, "config", "--local", key, value)
    write_file(hook, f"#!/bin/sh\n{_SIGN}\nexec {shlex.join(command)}\n".encode(), mode=0o755)
    return Installed(git_dir, trusted.root, tip, aside)


def judge(git_dir: str, updates: Iterable[str], environ: Mapping[str, str]) -> Verdict:
    """Judge a push: `updates` are lines `<old> <new> <ref>`, `environ` names the quarantine.

    Raises:
        StoreError: the repository itself is damaged; then nothing is taken either.
    """
    refusals = []
    main: tuple[str, str] | None = None
    for line in updates:
        old, _, rest = line.strip().partition(" ")
        new, _, ref = rest.partition(" ")
        if ref != MAIN:
            values = {"ref": ascii(ref)[1:-1][:100]}
            refusals.append(_ONLY_MAIN._replace(values=values))
        elif new == _NOTHING:
            refusals.append(_NO_DELETE)
        else:
            main = old, new
    trusted = _read_state(git_dir)
    if trusted is None:
        refusals.append(_NO_STATE)
    if refusals or main is None or trusted is None:
        return Verdict(tuple(refusals))
    quarantine = {name: environ[name] for name in _QUARANTINE if name in environ}
    with ObjectReader(git_dir, quarantine) as objects:
        return _judge_main(git_dir, objects, trusted, *main)


def _judge_main(
    git_dir: str, objects: ObjectReader, trusted: _Trusted, old: str, new: str
) -> Verdict:
    report = verify(objects, trusted.root, new, trusted=trusted.tip or None)
    if not report.is_authentic:
        return Verdict(report=report)
    if old == _NOTHING:
        return Verdict(report=report)
    if not descends(objects, new, old):
        return Verdict((_FORCED._replace(values={"old": old[:12]}),), report)
    if not _passes_through(objects, new, old):
        # Who was removed by then may stand before it on the mainline: held against it as well.
        report = verify(objects, trusted.root, new, trusted=old)
        if not report.is_authentic:
            return Verdict(report=report)
    if old != trusted.tip:
        # Not `new`: git may still refuse it, and then it would look as if it had been taken back.
        with suppress(StoreError):  # another account may be the one that may write it
            _write_state(git_dir, trusted._replace(tip=old))
    return Verdict(report=report)


def _passes_through(objects: ObjectReader, new: str, old: str) -> bool:
    """Say whether a commit is on the mainline of one of its descendants."""
    here = new
    while here != old:
        parents = outline(objects.read_many([here])[0][1])[1]
        if not parents:
            return False
        here = parents[0]
    return True


def _must_be_bare(git_dir: str, folder: str) -> None:
    is_repository = os.path.isdir(os.path.join(git_dir, "objects"))
    if not is_repository or git(git_dir, "rev-parse", "--is-bare-repository").strip() != b"true":
        raise BadFormat(
            "{path} is no bare repository",
            hint="a shared remote is one: git init --bare DIR",
            path=folder,
        )


def _examine(git_dir: str, root: str | None) -> tuple[_Trusted, str | None]:
    """Verify what is there from the root that was named, or from its own."""
    if root is not None:
        check_id(root)
    with ObjectReader(git_dir) as objects:
        tip = objects.resolve(MAIN)
        if tip is None:
            if root is None:
                raise Refused(
                    "this repository is empty: name the root commit of what will be pushed here",
                    hint="--pin ID; `dalil ticket` and `dalil verify` print it",
                )
            return _Trusted(root, ""), None
        start = check_root(objects, root) if root else first_commit(objects, tip)
        report = verify(objects, start, tip)
    if not report.is_authentic:
        first = report.failures[0]
        raise BadSignature(
            "what is in this repository already is not authentic: {problem}",
            hint="`dalil verify DIR --pin ID` lists all; nothing was installed",
            problem=BadSignature(first.message, first.advice, **first.values),
        )
    return _Trusted(start, tip), tip


def _is_ours(hook: str) -> bool:
    try:
        with open(hook, encoding="utf-8", errors="replace") as file:
            return _SIGN in file.read(4096)
    except OSError:
        return False


def _read_state(git_dir: str) -> _Trusted | None:
    try:
        with open(os.path.join(git_dir, _STATE), "rb") as file:
            found = codec.load(file.read(4096))
    except (OSError, BadFormat):
        return None
    if set(found) != set(_Trusted._fields) or not all(isinstance(v, str) for v in found.values()):
        return None
    trusted = _Trusted(**found)
    is_sound = _OID.fullmatch(trusted.root) and (not trusted.tip or _OID.fullmatch(trusted.tip))
    return trusted if is_sound else None


def _write_state(git_dir: str, trusted: _Trusted) -> None:
    """Write what the hook trusts, for the accounts that may use the repository and no others."""
    allowed = stat.S_IMODE(os.stat(git_dir).st_mode)
    path = os.path.join(git_dir, _STATE)
    make_folder(os.path.dirname(path), allowed)
    write_file(path, codec.dump(dict(trusted._asdict())), mode=allowed & 0o664 | 0o600)
