"""Hold a repository's history against its pin, and write down how far it was found authentic."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from store.atomic import make_folder
from store.errors import BadFormat, Unwritable
from store.reader import Progress, Reader, Trust
from store.repo import commit as commits
from store.repo.create import not_ours
from store.repo.objects import MAIN
from store.repo.trees import find
from store.repo.verified import keep_verified
from store.trust import pin as pins
from store.trust.kinship import check_id, check_root, first_commit
from store.trust.verify import verify

if TYPE_CHECKING:
    from store.trust.report import Report

__all__ = ["verify_new", "verify_whole", "write_pin"]


def verify_new(
    reader: Reader,
    tip: str,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Trust:
    """Verify from the last verified commit to `tip`, or the whole history when nothing is known."""
    pin = reader.pin()
    if pin is None:
        return verify_whole(reader, None, progress, is_cancelled)[0]
    report = verify(
        reader.objects, pin.root, tip, trusted=pin.tip, progress=progress, is_cancelled=is_cancelled
    )
    report = _without_loss(reader, report, pin, looked_at=pin.tip)
    return _remember(reader, report, pin, counted=pin.commits)


def verify_whole(
    reader: Reader,
    root: str | None,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> tuple[Trust, Report]:
    """Verify every commit from the root.

    A root that is given becomes the pin when all is good: a person has decided so. When it is not,
    nothing changes. To confirm the root that is the pin already is no leave to lose what was
    verified from it; another root, or a pin that cannot be read, makes a new beginning.
    """
    tip = reader.objects.resolve(MAIN)
    if tip is None:
        raise not_ours(reader.path)
    pin = reader.pin() if root is None else _pin_of(reader, root)
    if root is not None:
        start = check_root(reader.objects, check_id(root))
    else:
        start = pin.root if pin else _first(reader, tip)
    report = verify(reader.objects, start, tip, progress=progress, is_cancelled=is_cancelled)
    if pin is not None:
        report = _without_loss(reader, report, pin)
    if root is not None:
        if not report.is_authentic:
            return reader.trust, report
        pin = pins.Pin(root, tip, _now(reader), report.commits)
        write_pin(reader, pin)
    return _remember(reader, report, pin, counted=0), report


def _pin_of(reader: Reader, root: str) -> pins.Pin | None:
    """Give the pin when it is of this root."""
    try:
        pin = reader.pin()
    except BadFormat:
        return None  # it is what a person does about a damaged pin, to name the root again
    return pin if pin is not None and pin.root == root else None


def _without_loss(reader: Reader, report: Report, pin: pins.Pin, *, looked_at: str = "") -> Report:
    """Make sure that every commit that was once found authentic is still there, and still counts.

    A merge with a removed member's line as first parent has it too, but not on its mainline.
    What this process has verified or made itself may be ahead of the pin, and what another one
    has, behind it. With `looked_at`, the report already knows whether that commit is there.
    """
    own = [reader.trust.tip] if reader.trust.root == pin.root else []
    for trusted in dict.fromkeys((*own, pin.tip)):
        if trusted in ("", report.tip, looked_at):
            continue
        again = verify(reader.objects, pin.root, report.tip, trusted=trusted)
        if not again.is_authentic:
            more = [finding for finding in report.findings if finding not in again.findings]
            findings = (*again.findings, *more)
            return replace(again, findings=findings, commits=report.commits, signers=report.signers)
    return report


def _remember(reader: Reader, report: Report, pin: pins.Pin | None, *, counted: int) -> Trust:
    state = "broken" if not report.is_authentic else "authentic" if pin else "unpinned"
    commits_ = counted + report.commits
    tip = report.verified_tip or ""
    trust = Trust(state, report.root, tip, commits_, _now(reader), report.findings)
    if state == "authentic":
        with suppress(Unwritable):  # on a disk that is read-only the same is verified again
            write_pin(reader, pins.Pin(trust.root, trust.tip, trust.verified_at, trust.commits))
    return trust


def write_pin(reader: Reader, pin: pins.Pin) -> None:
    """Write the pin of this clone, and keep its commit; a fresh clone has no folder for it yet.

    Raises:
        Unwritable: the disk does not take it.
    """
    make_folder(os.path.dirname(reader.pin_path))
    pins.write(reader.pin_path, pin)
    keep_verified(reader.git_dir, pin.tip)


def _first(reader: Reader, tip: str) -> str:
    """Find the beginning of the mainline; and make sure that it is a repository of ours at all."""
    commit = commits.parse(reader.objects.read(tip)[1])
    if find(reader.objects, commit.tree, "policy.yaml") is None:
        raise not_ours(reader.path)
    return first_commit(reader.objects, tip)


def _now(reader: Reader) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(reader.clock()))
