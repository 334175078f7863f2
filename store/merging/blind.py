"""Merge a case by its files alone: of two versions one stands, the other is kept beside it.

For what this member cannot open, or may not write. Which one stands does not depend on the side:
where they can be opened, the one that the case lives in; the one of the later epoch; the one with
more sealed; the smaller id.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from store.merging.meeting import OURS, THEIRS, Meeting, Side
from store.merging.paths import Newer, Version
from store.model.parts import PART_OF, sealed_items
from store.trust.paths import RepoPath, case_path, parse_path

__all__ = ["ByFile", "by_file"]


class ByFile(NamedTuple):
    """What stands at each path that is not as theirs has it, and whether two versions met."""

    files: dict[str, str | None]
    is_blind: bool


def by_file(meeting: Meeting, versions: Sequence[Version], *, keeps_home: bool = False) -> ByFile:
    """Merge the files of one case.

    With `keeps_home`, the part that a case lives in stays, where one side took it away and the
    other left it: what came instead may have to stand beside what the other wrote there.
    """
    files: dict[str, str | None] = {}
    is_blind = False
    for version in versions:
        newer = version.newer
        if newer == "neither":
            newer = _settled(meeting, version)
        if keeps_home and _is_lost_home(meeting, version):
            files[version.path] = version.theirs or version.ours
        elif newer == "ours":
            files[version.path] = version.ours
        elif newer == "both" and version.theirs is None:
            files[version.path] = version.ours  # a change stays where the other took it away
        elif newer == "both" and version.ours is not None:
            files |= _both(meeting, version)
            is_blind = True
    return ByFile(files, is_blind)


def _both(meeting: Meeting, version: Version) -> dict[str, str | None]:
    place = parse_path(version.path)
    assert place is not None  # noqa: S101 - it is the path of a case
    theirs, ours = version.theirs or "", version.ours or ""
    sides: list[tuple[Side, str]] = [(THEIRS, theirs), (OURS, ours)]
    (_, stands), (_, beside) = sorted(sides, key=lambda one: _rank(meeting, place, *one))
    sibling = case_path(place.compartment, place.id, beside[:8])
    return {version.path: stands, sibling: beside}


def _is_lost_home(meeting: Meeting, version: Version) -> bool:
    place, left = parse_path(version.path), version.theirs or version.ours
    if place is None or left is None or None not in (version.theirs, version.ours):
        return False
    part = meeting.opener.part(place.id, place.compartment, left)
    return part is not None and PART_OF not in part and meeting.may_write(place.compartment)


def _rank(meeting: Meeting, place: RepoPath, side: Side, blob: str) -> tuple[bool, int, int, str]:
    compartment = meeting.line(side).policy.compartments.get(place.compartment)
    part = meeting.opener.part(place.id, place.compartment, blob)
    sealed = len(list(sealed_items(part))) if part else 0
    is_part = part is not None and PART_OF in part
    return is_part, -(compartment.epoch if compartment else 0), -sealed, blob


def _settled(meeting: Meeting, version: Version) -> Newer:
    """Say which side is the newer one where each has what stood at one of several bases.

    It is the one that has not got what stood there before these parted.
    """
    from store.merging.parting import part
    from store.repo.trees import find

    first, second = meeting.bases[:2]
    below = part(meeting.objects, first, second).bases
    olds = [find(meeting.objects, meeting.vault.tree(one), version.path) for one in below]
    is_theirs, is_ours = version.theirs not in olds, version.ours not in olds
    # Both bases went on from the older one alike, or one of them did: going back to it is newer.
    return (
        "ours" if is_theirs and not is_ours else "theirs" if is_ours and not is_theirs else "both"
    )
