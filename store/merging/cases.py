"""Merge one case that both lines have changed: all that can be opened of it, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from store.merging.blind import by_file
from store.merging.meeting import OURS, THEIRS, Meeting
from store.merging.paths import Version
from store.merging.together import Together, View, is_same, put_together
from store.trust.paths import case_path, parse_path

if TYPE_CHECKING:
    from store.merging.credits import Credits
    from store.model.case import Case
    from store.model.merge import Side

__all__ = ["MergedCase", "merge_case"]

Data = dict[str, Any]
_SIDES = (THEIRS, OURS)


class MergedCase(NamedTuple):
    """What becomes of a case: blobs by path, where they are not as theirs, and parts to encrypt.

    `is_joined` says that both sides had changed it, `is_blind` that something of it could not be
    put together here; `conflicts` counts those that are new.
    """

    files: Mapping[str, str | None]
    fresh: Mapping[str, Data]
    is_joined: bool = False
    is_blind: bool = False
    conflicts: int = 0


def merge_case(
    meeting: Meeting, credits_: Credits, case_id: str, versions: Sequence[Version]
) -> MergedCase:
    """Merge a case, given the paths of it that differ."""
    beside = [version for version in versions if "~" in version.path]
    own = [version for version in versions if "~" not in version.path]
    files, is_blind = by_file(meeting, beside)
    if not _met(meeting, case_id, own):
        return MergedCase({**files, **by_file(meeting, own).files}, {}, is_blind=is_blind)
    joined = _joined(meeting, credits_, case_id, own)
    if joined is not None:
        return joined._replace(
            files={**files, **joined.files}, is_blind=joined.is_blind or is_blind
        )
    # Of two homes, neither is hidden by the other: both lines' versions stand.
    files = {**files, **by_file(meeting, own, keeps_home=True).files}
    return MergedCase(files, {}, is_joined=True, is_blind=True)


def _met(meeting: Meeting, case_id: str, versions: Sequence[Version]) -> bool:
    """Say whether both sides have changed the case."""
    newer = {version.newer for version in versions}
    if newer not in ({"theirs"}, {"ours"}):
        return bool(newer)
    if all(version.theirs and version.ours for version in versions):
        return False
    # Somebody moved it, made it or took it away: what the other did may stand at no path any more.
    line = meeting.ours if newer == {"theirs"} else meeting.theirs
    now = meeting.places(line.tree, case_id).parts
    return all(meeting.places(tree, case_id).parts != now for tree in meeting.base_trees)


def _joined(
    meeting: Meeting, credits_: Credits, case_id: str, versions: Sequence[Version]
) -> MergedCase | None:
    """Merge what can be opened; None where that would touch what cannot.

    Where a version stands beside another, what stands need not come from what stood at the base: it
    is merged by its files until somebody has put the two together.
    """
    trees = (meeting.theirs.tree, meeting.ours.tree, *meeting.base_trees)
    stands = [meeting.places(tree, case_id) for tree in trees]
    theirs, ours, *bases = (one.parts for one in stands)
    doubled = frozenset(name for one in stands for name in one.doubled)

    def credit(number: int, case: Case | None) -> Side:
        return credits_.side(_SIDES[number], case_id, case)

    together = put_together(
        meeting.opener, case_id, (theirs, ours), bases, credit, meeting.breadth, shut=doubled
    )
    if together is None:
        return None
    by_name = {path.compartment: v for v in versions if (path := parse_path(v.path))}
    found = _written(meeting, case_id, together, by_name)
    if found is None:
        return None
    closed = by_file(meeting, [v for name, v in by_name.items() if name in together.shut])
    return found._replace(files={**found.files, **closed.files}, is_blind=closed.is_blind)


def _written(
    meeting: Meeting, case_id: str, together: Together, versions: Mapping[str, Version]
) -> MergedCase | None:
    """Find for each part the blob that has it already, or have it encrypted; None: no right to."""
    files: dict[str, str | None] = {}
    fresh: dict[str, Data] = {}
    for name, data in together.targets.items():
        path = case_path(name, case_id)
        known = [view.places.get(name) for view in together.views]
        version = versions.get(name) or Version(path, known[0], known[1], ())
        blob = _blob_of(meeting, name, data, together.views) if data is not None else None
        is_new = data is not None and blob is None
        if (is_new or meeting.needs_right(version, blob)) and not meeting.can_write(name):
            return None
        if data is not None and is_new:
            fresh[path] = data
        elif blob != version.theirs:
            files[path] = blob
    return MergedCase(files, fresh, is_joined=True, conflicts=together.conflicts)


def _blob_of(meeting: Meeting, name: str, data: Data, views: Sequence[View]) -> str | None:
    """Give the blob of the side that has just this part, under the epoch that goes on."""
    for side, view in zip(_SIDES, views, strict=True):
        part = view.parts.get(name)
        if part is not None and is_same(part, data) and not meeting.is_stale(side, name):
            return view.places[name]
    return None
