"""Merge main with another line that was verified, as one signed commit, or move it forward."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from store.committing import prepare, settle
from store.errors import Cancelled, Refused
from store.lock import write_lock
from store.merging.building import build
from store.merging.cases import MergedCase, merge_case
from store.merging.credits import Credits
from store.merging.landing import land, must_sign
from store.merging.meeting import Meeting
from store.merging.parting import Parting, part
from store.merging.paths import Version, differing
from store.merging.plain import merge_plain
from store.merging.rules import find_rules
from store.merging.work import Work
from store.trust.paths import parse_path

if TYPE_CHECKING:
    from store.vault import Vault

__all__ = ["Merged", "merge_tip"]

_PIECE = 200
"""So many cases are read at a time."""

Progress = Callable[[int, int], None]


class Merged(NamedTuple):
    """What became of main: the commit that it is at, and how it came there.

    `state`: `merged`, moved `forward`, or `nothing` to do. `cases` were changed on both sides and
    put together, with so many new `conflicts`. Of those in `blind` something could not be opened,
    or not be written, and stands as it was: under its old key, or beside another version.
    `given_way` are other files of ours, which an admin can bring back from the history.
    """

    commit: str
    state: str
    cases: tuple[str, ...] = ()
    conflicts: int = 0
    blind: tuple[str, ...] = ()
    given_way: tuple[str, ...] = ()


def merge_tip(
    vault: Vault,
    theirs: str,
    *,
    takes_in: Collection[str] = (),
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Merged:
    """Merge main with `theirs`, a commit of this repository that is verified; or go forward to it.

    It `takes_in` commits of members who lost rights on our line, where an admin says, by their
    handles, that they were made before.

    `progress` is told how many of the cases that differ are merged, then how many parts of how many
    are encrypted anew. Cancelled or killed, the old state stands.

    Raises:
        Refused: this member is none on the other line, or may not decide about what both changed.
        BadSignature: the history is not authentic, or would not be after the merge.
        Sealed: there is no key to sign with.
        Moved: another program moved main meanwhile.
        Cancelled: `is_cancelled` said so.
        Unwritable: the disk does not take it.
    """
    with write_lock(vault.git_dir):
        prepare(vault)
        parting = part(vault.objects, theirs, vault.tip)
        if theirs in parting.bases:
            return Merged(vault.tip, "nothing")
        if not parting.bases:
            raise Refused("{commit} is of another history than this one", commit=theirs[:12])
        if vault.tip in parting.bases:
            merged = Merged(theirs, "forward")
        else:
            merged = _merge(vault, theirs, parting, progress, is_cancelled)
        land(vault, merged.commit, theirs, parting, is_cancelled, takes_in=takes_in)
    settle(vault)
    return merged


def _merge(
    vault: Vault,
    theirs: str,
    parting: Parting,
    progress: Progress | None,
    is_cancelled: Callable[[], bool] | None,
) -> Merged:
    """Put two lines together, and write the commit; main does not move."""
    meeting = Meeting(vault, theirs, parting)
    author = must_sign(vault, (meeting.theirs.policy, meeting.ours.policy))
    trees = meeting.theirs.tree, meeting.ours.tree, meeting.base_trees
    versions = list(differing(meeting.objects, *trees))
    meeting.rules = find_rules(meeting, versions)
    work = Work(meeting)
    files, given_way = merge_plain(meeting, versions)
    work.files |= files
    merged = _merge_cases(meeting, work, versions, progress, is_cancelled)
    built = build(meeting, work, author, progress, is_cancelled)
    blind = [case_id for case_id, one in merged.items() if one.is_blind]
    return Merged(
        built.commit,
        "merged",
        tuple(case_id for case_id, one in merged.items() if one.is_joined),
        sum(one.conflicts for one in merged.values()),
        tuple(dict.fromkeys((*blind, *built.left))),
        tuple(given_way),
    )


def _merge_cases(
    meeting: Meeting,
    work: Work,
    versions: Sequence[Version],
    progress: Progress | None,
    is_cancelled: Callable[[], bool] | None,
) -> dict[str, MergedCase]:
    """Merge the cases that differ, some at a time; give those that both sides have changed."""
    credits_ = Credits(meeting)
    cases = _by_case(versions)
    found: dict[str, MergedCase] = {}
    for number, piece in enumerate(_pieces(list(cases))):
        if is_cancelled is not None and is_cancelled():
            raise Cancelled
        meeting.opener.fetch(_blobs(version for case_id in piece for version in cases[case_id]))
        for case_id in piece:
            merged = merge_case(meeting, credits_, case_id, cases[case_id])
            work.take(cases[case_id], merged)
            if merged.is_joined or merged.is_blind:
                found[case_id] = merged._replace(files={}, fresh={})
        if progress is not None:
            progress(number * _PIECE + len(piece), len(cases))
    return found


def _by_case(versions: Sequence[Version]) -> dict[str, list[Version]]:
    cases: dict[str, list[Version]] = {}
    for version in versions:
        place = parse_path(version.path)
        if place is not None and place.kind == "case":
            cases.setdefault(place.id, []).append(version)
    return cases


def _pieces(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _PIECE):
        yield ids[start : start + _PIECE]


def _blobs(versions: Iterator[Version]) -> Iterator[str]:
    """Give the blobs that will be read: of what both have changed."""
    for version in versions:
        if version.newer in ("both", "neither"):
            yield from filter(None, (version.theirs, version.ours, *version.bases))
