"""Hold a repository's history against its pin, and write down how far it was found authentic."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from store.errors import BadFormat
from store.reader import Progress, Reader, Trust
from store.repo import commit as commits
from store.repo.objects import MAIN
from store.repo.trees import find
from store.trust import pin as pins
from store.trust.verify import verify

if TYPE_CHECKING:
    from store.trust.report import Report

__all__ = ["verify_new", "verify_whole"]


def verify_new(
    reader: Reader,
    tip: str,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Trust:
    """Verify from the last verified commit to `tip`, or the whole history when nothing is known."""
    pin = pins.read(reader.pin_path)
    if pin is None:
        return verify_whole(reader, None, progress, is_cancelled)[0]
    report = verify(
        reader.objects, pin.root, tip, trusted=pin.tip, progress=progress, is_cancelled=is_cancelled
    )
    return _remember(reader, report, pin, counted=pin.commits)


def verify_whole(
    reader: Reader,
    root: str | None,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> tuple[Trust, Report]:
    """Verify every commit from the root; a root that is given becomes the pin when all is good."""
    tip = reader.objects.resolve(MAIN)
    assert tip is not None  # noqa: S101 - the vault is open
    pin = pins.read(reader.pin_path)
    start = root or (pin.root if pin else _first(reader, tip))
    report = verify(reader.objects, start, tip, progress=progress, is_cancelled=is_cancelled)
    if root and report.is_authentic:
        pin = pins.Pin(root, root, _now(reader), 1)
    return _remember(reader, report, pin, counted=0), report


def _remember(reader: Reader, report: Report, pin: pins.Pin | None, *, counted: int) -> Trust:
    state = "broken" if not report.is_authentic else "authentic" if pin else "unpinned"
    commits_ = counted + report.commits
    tip = report.verified_tip or ""
    trust = Trust(state, report.root, tip, commits_, _now(reader), report.findings)
    if state == "authentic":
        pins.write(
            reader.pin_path, pins.Pin(trust.root, trust.tip, trust.verified_at, trust.commits)
        )
    return trust


def _first(reader: Reader, tip: str) -> str:
    """Find the beginning of the mainline; and make sure that it is a repository of ours at all."""
    commit = commits.parse(reader.objects.read(tip)[1])
    if find(reader.objects, commit.tree, "policy.yaml") is None:
        raise BadFormat(
            "{path} is a git repository, but not one of Dalil's",
            hint="`dalil init DIR` makes a new one",
            path=reader.path,
        )
    here = tip
    while commit.parents:
        here = commit.parents[0]
        commit = commits.parse(reader.objects.read(here)[1])
    return here


def _now(reader: Reader) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(reader.clock()))
