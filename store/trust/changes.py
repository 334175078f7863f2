"""What each commit changed, read off raw trees: all commits of a piece at once, level by level.

A parent's trees were looked at when the parent was, so only what differs from them is looked at
here. In a merge that is what differs from every parent; what only grows, such as `journal/`, is
compared with each parent by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from store.trust.paths import RepoPath, is_folder, parse_path
from store.trust.report import Note
from store.trust.tree_cache import TreeCache
from store.trust.trees import FILE, FOLDER, Entries, Entry

__all__ = ["TOP", "Change", "Changes", "Comparison", "Folder", "compare"]

_PIECE = 4096
_NOTES_LIMIT = 20
"""So many things wrong with one commit's trees are told; a hostile tree could hold millions."""

_ID_LENGTH = 20
# `40000 aa`, `100644 <20 hex>.age`, each with a zero and an id
_SHARDS_WIDTH, _CASES_WIDTH = 29, 52
_GROWING = (b"journal", b"timestamps", b"approvals")

_WRONG_MODES = {
    b"120000": Note("{path} is a symbolic link"),
    b"160000": Note("{path} is a submodule"),
    b"100755": Note("{path} is an executable file"),
}
_STRANGE_MODE = Note("{path} is no regular file")
_STRANGE_FILE = Note("{path} is not a file that belongs here")
_STRANGE_FOLDER = Note("{path} is not a folder that belongs here")
_TWIN = Note("{path} differs from another path in case only")


class Change(NamedTuple):
    """One file that a commit changed against all parents; `new` is None when it took it away.

    `is_carried` says that a merge kept a parent's version of a case, beside another; `is_added`
    that no parent has such a file; `beside` names the compartments in which an added case stood.
    """

    path: str
    place: RepoPath
    new: str | None
    is_carried: bool = False
    is_added: bool = False
    beside: tuple[str, ...] = ()


class Changes:
    """What one commit changed, and what is wrong with its trees.

    `lost` names files that may only be added, and are not as they were at some parent; `hints`
    are what is only worth a look; `words` are the approvals that are new, by path.
    """

    __slots__ = ("files", "hints", "lost", "notes", "words")

    def __init__(self) -> None:
        self.files: list[Change] = []
        self.lost: list[str] = []
        self.notes: list[Note] = []
        self.hints: list[Note] = []
        self.words: dict[str, bytes] = {}

    def note(self, note: Note, path: str) -> None:
        """Keep a note about a path, if there are not too many."""
        _keep(self.notes, note, path)

    def hint(self, note: Note, path: str) -> None:
        """Keep a note about a path that is sound, but strange."""
        _keep(self.hints, note, path)


def _keep(notes: list[Note], note: Note, path: str) -> None:
    if len(notes) < _NOTES_LIMIT:
        values = {**note.values, "path": ascii(path)[1:-1][:120]}
        notes.append(note._replace(values=values))


class Folder(NamedTuple):
    """What there is to know of a folder by its path, which is empty for the top.

    `width` is the usual length of an entry, 0 without one; `is_known` says that it may be there.
    """

    path: str
    width: int
    only_grows: bool
    is_known: bool


TOP = Folder("", 0, only_grows=False, is_known=True)


class Comparison(NamedTuple):
    """One folder of a commit beside the same folder of its parents; None where there is none."""

    changes: Changes
    folder: Folder
    new: bytes | None
    olds: tuple[bytes | None, ...]


_Job = tuple[Changes, Folder, bytes | None, tuple[bytes | None, ...]]
"""A comparison as a bare tuple, which is made faster: there are several to each commit."""


def compare(trees: TreeCache, jobs: Sequence[_Job]) -> None:
    """Fill in the changes of each comparison, and of the folders below."""
    while jobs:
        piece, rest = jobs[:_PIECE], jobs[_PIECE:]
        trees.load([oid for _, _, new, olds in piece for oid in (new, *olds)])
        below: list[_Job] = []
        for job in piece:
            if len(job[3]) > 1 or not _take_usual(trees, job, below):
                _look_closely(trees, Comparison(*job), below)
        jobs = [*below, *rest]


def _take_usual(trees: TreeCache, job: _Job, below: list[_Job]) -> bool:
    """Take in the change of a single file or folder that was there before; False for any other.

    The job has at most one parent.
    """
    changes, folder, new, olds = job
    if not new or not olds or not olds[0] or folder.only_grows:
        return False
    change = trees.one_change(new, olds[0], folder.width)
    if change is None:
        return False
    name, mode, before, now = change
    if mode == FOLDER:
        inner = _folder(folder, name)
        if inner.is_known:
            below.append((changes, inner, now, (before,)))
        return inner.is_known
    path, place = _file(folder.path, name)
    if mode != FILE or place is None:
        return False
    changes.files.append(Change(path, place, now.hex()))
    return True


def _look_closely(trees: TreeCache, job: Comparison, below: list[_Job]) -> None:
    """Compare whatever may have changed."""
    sides = trees.sides(job.new, job.olds, job.folder.width)
    if isinstance(sides, Note):
        job.changes.note(sides, job.folder.path or "/")
    elif len(sides[1]) == 1:
        _compare_one(job, *sides, below)
    else:
        _compare_all(job, *sides, below)


def _compare_one(job: Comparison, new: Entries, olds: list[Entries], below: list[_Job]) -> None:
    """Compare with a single parent."""
    old = olds[0]
    for name, entry in new.items():
        before = old.get(name)
        if before == entry:
            continue
        if entry[0] == FOLDER:
            _take_folder(job, name, [before], new, below)
        else:
            _take_file(job, name, new, olds)
    for name in old.keys() - new.keys():
        _take_gone(job, name, [old[name]], below)
    if job.folder.only_grows:
        _find_lost(job, new, olds)


def _compare_all(job: Comparison, new: Entries, olds: list[Entries], below: list[_Job]) -> None:
    """Compare with any number of parents: none for the root, several for a merge."""
    for name, entry in new.items():
        before = [old.get(name) for old in olds]
        if entry not in before:
            if entry[0] == FOLDER:
                _take_folder(job, name, before, new, below)
            else:
                _take_file(job, name, new, olds)
        elif entry[0] == FOLDER and before.count(entry) < len(before):
            inner = _deeper(job, name, entry, before)
            if inner.folder.only_grows:
                below.append(inner)
    for name in {name for old in olds for name in old if name not in new}:
        _take_gone(job, name, [old.get(name) for old in olds], below)
    if job.folder.only_grows:
        _find_lost(job, new, olds)


def _take_folder(
    job: Comparison,
    name: bytes,
    before: list[Entry | None],
    new: Entries,
    below: list[_Job],
) -> None:
    """Look into a folder that no parent has like this, if it may be there."""
    inner = _deeper(job, name, new[name], before)
    if inner.folder.is_known:
        below.append(inner)
    else:
        _note_stranger(job, name, new, _STRANGE_FOLDER)


def _take_file(job: Comparison, name: bytes, new: Entries, olds: list[Entries]) -> None:
    """Take in a file that no parent has like this, if it may be there."""
    path, place = _file(job.folder.path, name)
    mode, oid = new[name]
    if mode != FILE:
        job.changes.note(_WRONG_MODES.get(mode, _STRANGE_MODE), path)
    elif place is None:
        _note_stranger(job, name, new, _STRANGE_FILE)
    else:
        is_carried = bool(place.sibling) and len(olds) > 1 and _is_carried(name, new[name], olds)
        is_added = not any(name in old for old in olds)
        job.changes.files.append(Change(path, place, oid.hex(), is_carried, is_added))


def _take_gone(job: Comparison, name: bytes, before: list[Entry | None], below: list[_Job]) -> None:
    """Take in a file that was taken away, or look into a folder that was.

    Against a parent that never had it, nothing changed; but what only grows may lose nothing.
    """
    entries = [entry for entry in before if entry is not None]
    if len(entries) < len(before) and not _folder(job.folder, name).only_grows:
        return
    if any(mode == FOLDER for mode, _ in entries):
        below.append(_deeper(job, name, None, before))
        return
    path, place = _file(job.folder.path, name)
    if place is not None and len(entries) == len(before):
        job.changes.files.append(Change(path, place, None))


def _find_lost(job: Comparison, new: Entries, olds: Sequence[Entries]) -> None:
    """Find files that stood at any parent and are not as they were."""
    for old in olds:
        for name, entry in old.items():
            if entry[0] != FOLDER and new.get(name) != entry:
                path = _join(job.folder.path, name)
                if _gives_way(path, new.get(name), [side.get(name) for side in olds]):
                    continue
                lost = job.changes.lost
                if len(lost) < _NOTES_LIMIT and path not in lost:
                    lost.append(path)


def _gives_way(path: str, entry: Entry | None, olds: list[Entry | None]) -> bool:
    """Say whether of two words for two policies of one version, a merge keeps either."""
    return len(olds) > 1 and path.startswith("approvals/") and entry is not None and entry in olds


def _is_carried(name: bytes, entry: Entry, olds: list[Entries]) -> bool:
    """Say whether a parent has this very version of the same case, under whichever of its names."""
    case = name[:_ID_LENGTH]
    return any(
        one == entry and key[:_ID_LENGTH] == case for old in olds for key, one in old.items()
    )


def _note_stranger(job: Comparison, name: bytes, new: Entries, note: Note) -> None:
    if len(job.changes.notes) < _NOTES_LIMIT:  # the search for a twin takes its time
        folded = name.lower()
        is_twin = any(other != name and other.lower() == folded for other in new)
        job.changes.note(_TWIN if is_twin else note, _join(job.folder.path, name))


def _deeper(
    job: Comparison, name: bytes, entry: Entry | None, before: list[Entry | None]
) -> Comparison:
    olds = tuple([one[1] if one and one[0] == FOLDER else None for one in before])
    return Comparison(job.changes, _folder(job.folder, name), entry and entry[1], olds)


@lru_cache(maxsize=4096)
def _folder(parent: Folder, name: bytes) -> Folder:
    path = _join(parent.path, name)
    only_grows = parent.only_grows or (not parent.path and name in _GROWING)
    return Folder(path, _width(path), only_grows, is_folder(path))


@lru_cache(maxsize=8192)
def _file(parent: str, name: bytes) -> tuple[str, RepoPath | None]:
    path = _join(parent, name)
    return path, parse_path(path)


def _width(folder: str) -> int:
    """Give the length of an entry in the two kinds of folder where, as a rule, all are alike."""
    if folder.startswith("cases/"):
        return _SHARDS_WIDTH if folder.count("/") == 1 else _CASES_WIDTH
    return 0


def _join(folder: str, name: bytes) -> str:
    text = name.decode("utf-8", "surrogateescape")
    return f"{folder}/{text}" if folder else text
