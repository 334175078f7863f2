"""What a merge will write: blobs that it takes over, parts to encrypt, parts of a past epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from store.merging.cases import MergedCase
from store.merging.meeting import OURS, THEIRS, Meeting
from store.merging.paths import Version
from store.rekey import Keys, Part
from store.repo.trees import find, list_files
from store.trust.paths import parse_path

__all__ = ["Work"]


class Work:
    """The tree of a merge while it is put together, as what is not as theirs.

    `files` are blobs of ours by path, None where one goes; `texts` new plain files; `fresh` parts
    of cases that have to be encrypted.
    """

    def __init__(self, meeting: Meeting) -> None:
        self._meeting = meeting
        self.files: dict[str, str | None] = dict(meeting.rules.kept)
        self.texts: dict[str, bytes] = dict(meeting.rules.files)
        self.fresh: dict[str, Mapping[str, Any]] = {}
        self._stale: dict[str, Part] = {}

    def take(self, versions: Sequence[Version], merged: MergedCase) -> None:
        """Take in what becomes of a case, and what of that is still under an earlier epoch."""
        self.files |= merged.files
        self.fresh |= merged.fresh
        theirs = {version.theirs for version in versions}
        kept = {v.path: v.theirs for v in versions if v.theirs not in v.bases}
        for path, blob in {**kept, **merged.files}.items():
            place = parse_path(path)
            if place is None or blob is None or path in merged.fresh:
                continue
            side = THEIRS if blob in theirs else OURS
            if self._meeting.is_stale(side, place.compartment):
                self._stale[path] = Part(path, blob, place.compartment)

    def stale(self) -> list[Part]:
        """Give the parts that are under an earlier epoch than their compartment is in now."""
        for name in self._meeting.rules.risen:
            for path, blob in self._all_of(name):
                if path not in self.fresh:
                    self._stale[path] = Part(path, blob, name)
        return list(self._stale.values())

    def movable(self, parts: Sequence[Part]) -> list[Part]:
        """Give the parts that may be written anew: not each sibling may, see decisions/0035.

        To write one anew adds a part to its case, for which it takes the right to another one.
        """
        return [part for part in parts if "~" not in part.path or self._may_add(part)]

    def _may_add(self, part: Part) -> bool:
        place, meeting = parse_path(part.path), self._meeting
        assert place is not None  # noqa: S101 - it is the path of a case
        trees = (meeting.theirs.tree, meeting.ours.tree)
        stands = {name for tree in trees for name in meeting.places(tree, place.id).parts}
        others = stands - {place.compartment}
        return not others or any(map(meeting.may_write, others))

    def keys(self, parts: Sequence[Part]) -> dict[str, Keys]:
        """Give the keys of the compartments in which this member can encrypt parts anew."""
        meeting = self._meeting
        found = {}
        for name in dict.fromkeys(part.compartment for part in parts):
            recipient = meeting.recipient(name) if meeting.may_write(name) else None
            old = meeting.rules.old_keys.get(name) or meeting.opener.keys(name)
            if recipient is not None and old:
                found[name] = Keys(old, recipient)
        return found

    def _all_of(self, name: str) -> Iterator[tuple[str, str]]:
        folder = find(self._meeting.objects, self._meeting.theirs.tree, f"cases/{name}")
        listed = list_files(self._meeting.objects, folder) if folder else ()
        files: dict[str, str | None] = {f"cases/{name}/{path}": blob for path, blob in listed}
        own = {p: blob for p, blob in self.files.items() if p.startswith(f"cases/{name}/")}
        for path, blob in {**files, **own}.items():
            if blob is not None:
                yield path, blob
