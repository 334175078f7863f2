"""Merge what is no case: what only grows is united, of a text that both changed theirs stands."""

from __future__ import annotations

from collections.abc import Sequence

from store.errors import Refused
from store.merging.meeting import Meeting
from store.merging.paths import Version
from store.trust.paths import parse_path

__all__ = ["PlainFiles", "merge_plain"]

_GROWING = ("journal", "timestamp", "approval")
_TEXTS = ("readme", "model")

PlainFiles = dict[str, str | None]


def merge_plain(meeting: Meeting, versions: Sequence[Version]) -> tuple[PlainFiles, list[str]]:
    """Give the files that are not as theirs has them, and the paths at which ours gave way.

    Raises:
        Refused: both wrote something that may be written once; or both changed a text, and this
            member is no admin.
    """
    files: PlainFiles = {}
    given_way = []
    for version in versions:
        place = parse_path(version.path)
        kind = place.kind if place else ""
        if kind in _GROWING:
            if version.theirs is None:
                files[version.path] = version.ours
            elif version.ours is not None and kind != "approval":
                raise _twice(version.path)
        elif kind in _TEXTS or not kind:
            if version.newer == "ours":
                files[version.path] = version.ours
            elif version.newer == "both":
                _must_decide(meeting, version)
                given_way.append(version.path)
    return files, given_way


def _twice(path: str) -> Refused:
    return Refused(
        "{path} was written on both sides, and may be written only once",
        hint="nothing was changed; ask who wrote it, and with which program",
        path=path,
    )


def _must_decide(meeting: Meeting, version: Version) -> None:
    handle = meeting.vault.handle
    for line in (meeting.theirs, meeting.ours):
        if handle is None or not line.policy.may_write(handle, version.path):
            raise Refused(
                "{path} was changed on both sides, and only an admin can say which one stands",
                hint="one of them merges: {admins}; nothing was changed",
                path=version.path,
                admins=", ".join(meeting.theirs.policy.admins),
            )
