"""Clone a repository: fetched, verified whole, held against what a colleague said, then taken.

Until then nothing is shown of it, and a clone that is refused leaves nothing behind.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from store.errors import BadSignature, Refused, Remote, StoreError
from store.remote import state as states
from store.remote.fetch import HERE, now
from store.remote.state import DEFAULT, Known
from store.remote.urls import Url, check
from store.repo import commit as commits
from store.repo.carrier import Way
from store.repo.create import create_repository
from store.repo.incoming import bring_main
from store.repo.marks import INCOMING, set_mark
from store.repo.mirror import settle
from store.repo.objects import ObjectReader
from store.repo.refs import move_main
from store.repo.trees import find
from store.repo.verified import keep_verified
from store.ticket import Ticket, repository_id
from store.trust import pin as pins
from store.trust.kinship import check_id, check_root, first_commit
from store.trust.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.trust.report import Report

__all__ = ["Cloned", "Untrusted", "clone"]

_MARKER = os.path.join("dalil", "cloning")


class Cloned(NamedTuple):
    """A clone that was taken: where, how it was verified, and whether its root is pinned now."""

    folder: str
    report: Report
    is_pinned: bool


class Untrusted(BadSignature):
    """What a remote serves is not authentic; `report` holds all findings."""

    def __init__(self, message: str, hint: str, report: Report, **values: object) -> None:
        super().__init__(message, hint, **values)
        self.report = report


def clone(
    url: str,
    folder: str,
    *,
    expected: str | Ticket | None = None,
    confirm: Callable[[Report], bool] | None = None,
    clock: Callable[[], float] = time.time,
    way: Way = HERE,
) -> Cloned:
    """Clone the repository at an address into a new folder.

    `expected` is the root commit, or the ticket, that a colleague gave. Without it, `confirm` is
    shown the verified root and tip: yes pins them, no leaves nothing behind. Without either, the
    clone is taken unpinned: it can be read, and takes no change. Of `way` the address does not
    count. The address may be that of a bundle file.

    Raises:
        BadFormat: the address, or the root commit that is expected, cannot be one.
        Untrusted: what is served is not authentic, or not the repository that was expected.
        Refused: the folder is not empty, or `confirm` said no.
        Remote: the remote cannot be fetched, or holds no repository of Dalil's.
        Unwritable: the disk does not take it.
        Cancelled: it was stopped.
    """
    address = check(url)
    root = expected.root if isinstance(expected, Ticket) else expected
    if root is not None:
        check_id(root)
    with _new_repository(folder) as git_dir:
        tip = bring_main(git_dir, way._replace(address=address.text, protocol=address.protocol))
        if tip is None:
            raise Remote(
                "{url} has no branch main yet", hint="there is nothing to fetch", url=address.text
            )
        with ObjectReader(git_dir) as objects:
            start = check_root(objects, root) if root else _start(objects, address, tip)
            report = verify(
                objects, start, tip, progress=way.progress, is_cancelled=way.is_cancelled
            )
            _must_be_authentic(address, report)
            if isinstance(expected, Ticket):
                _must_fit(objects, address, report, expected)
            is_pinned = expected is not None or (confirm is not None and _ask(confirm, report))
            _take(git_dir, address, report, now(clock()), is_pinned=is_pinned)
            with suppress(StoreError):  # the next start makes up for a mirror out of step
                settle(git_dir, objects, tip)
    return Cloned(folder, report, is_pinned)


@contextmanager
def _new_repository(folder: str) -> Iterator[str]:
    """Make an empty repository; when the block fails, the folder is as it was before."""
    folder = os.path.abspath(folder)
    git_dir = os.path.join(folder, ".git")
    if os.path.exists(os.path.join(git_dir, _MARKER)) and os.listdir(folder) == [".git"]:
        shutil.rmtree(git_dir)  # a clone that was killed, and that nobody has seen
    was_there = os.path.isdir(folder)
    create_repository(folder)
    try:
        with open(os.path.join(git_dir, _MARKER), "wb"):
            pass
        yield git_dir
    except BaseException:
        shutil.rmtree(git_dir, ignore_errors=True)
        if not was_there:
            with suppress(OSError):
                os.rmdir(folder)
        raise


def _start(objects: ObjectReader, address: Url, tip: str) -> str:
    """Find where the mainline begins, if it is one of a repository of ours."""
    tree = commits.parse(objects.read(tip)[1]).tree
    if find(objects, tree, "policy.yaml") is None:
        raise Remote(
            "{url} is a git repository, but not one of Dalil's",
            hint="check the address",
            url=address.text,
        )
    return first_commit(objects, tip)


def _must_be_authentic(address: Url, report: Report) -> None:
    if report.is_authentic:
        return
    first = report.failures[0]
    raise Untrusted(
        "what {url} serves is not authentic: {problem}",
        "nothing of it was kept; tell whoever gave you the address",
        report,
        url=address.text,
        problem=BadSignature(first.message, first.advice, **first.values),
    )


def _must_fit(objects: ObjectReader, address: Url, report: Report, ticket: Ticket) -> None:
    """Hold a verified history against the ticket, of which the root is checked already."""
    if repository_id(objects, report.root) != ticket.repository:
        raise Untrusted(
            "the root commit at {url} has the id that the ticket names, but other content",
            "somebody forged it: tell whoever gave you the ticket",
            report,
            url=address.text,
        )
    if ticket.tip != report.tip and ticket.tip not in report.signers:
        raise Untrusted(
            "{url} does not have the commit {tip} that the ticket names: it was rolled back or"
            " forked",
            "ask for a copy from another place; nothing of this one was kept",
            report,
            url=address.text,
            tip=ticket.tip[:12],
        )
    if ticket.tip != report.tip:  # who was removed by then may stand before it on the mainline
        _must_be_authentic(address, verify(objects, report.root, report.tip, trusted=ticket.tip))


def _ask(confirm: Callable[[Report], bool], report: Report) -> bool:
    if not confirm(report):
        raise Refused(
            "you did not confirm the root commit, so nothing was kept",
            hint="a colleague gives you the root commit or a join ticket: --pin ID, --ticket T",
        )
    return True


def _take(git_dir: str, address: Url, report: Report, at: str, *, is_pinned: bool) -> None:
    """Make a verified history ours: from here on the clone is complete."""
    move_main(git_dir, report.tip, None, "reader")
    set_mark(git_dir, INCOMING + DEFAULT, report.tip)
    states.write(git_dir, {DEFAULT: Known(address.text, report.tip, at, at)})
    if is_pinned:
        pin = pins.Pin(report.root, report.tip, at, report.commits)
        pins.write(os.path.join(git_dir, "dalil", "pin.yaml"), pin)
        keep_verified(git_dir, report.tip)
    os.unlink(os.path.join(git_dir, _MARKER))
