"""What each commit changed, read off raw trees: all commits of a piece at once, level by level.

A parent's trees were looked at when the parent was, so only what differs from them is looked at
here. In a merge that is what differs from every parent; `journal/` and `timestamps/`, which only
grow, are compared with each parent by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from store.trust.paths import RepoPath, is_folder, parse_path
from store.trust.report import Note
from store.trust.tree_cache import TreeCache
from store.trust.trees import FILE, FOLDER, Entries, Entry

__all__ = ["Change", "Changes", "Comparison", "compare"]

_PIECE = 4096
_NOTES_LIMIT = 20
"""So many things wrong with one commit's trees are told; a hostile tree could hold millions."""

_ID_LENGTH = 20
_SHARDS_WIDTH, _CASES_WIDTH = (
    29,
    52,
)  # `40000 aa`, `100644 <20 hex>.age`, each with a zero and an id
_GROWING = (b"journal", b"timestamps")

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

    `is_carried` says that a merge kept a parent's version of a case, beside another.
    """

    path: str
    place: RepoPath
    new: str | None
    is_carried: bool = False


class Changes:
    """What one commit changed, and what is wrong with its trees.

    `lost` names files that may only be added, and are not as they were at some parent.
    """

    __slots__ = ("files", "lost", "notes")

    def __init__(self) -> None:
        self.files: list[Change] = []
        self.lost: list[str] = []
        self.notes: list[Note] = []

    def note(self, note: Note, path: str) -> None:
        """Keep a note about a path, if there are not too many."""
        if len(self.notes) < _NOTES_LIMIT:
            values = {**note.values, "path": ascii(path)[1:-1][:120]}
            self.notes.append(note._replace(values=values))


class Comparison(NamedTuple):
    """One folder of a commit beside the same folder of its parents; None where there is none.

    `folder` is its path, empty for the top; `width` the usual length of an entry, 0 without one.
    """

    changes: Changes
    folder: str
    new: bytes | None
    olds: tuple[bytes | None, ...]
    width: int = 0
    only_grows: bool = False


def compare(trees: TreeCache, jobs: list[Comparison]) -> None:
    """Fill in the changes of each comparison, and of the folders below."""
    while jobs:
        piece, jobs = jobs[:_PIECE], jobs[_PIECE:]
        trees.load([oid for job in piece for oid in (job.new, *job.olds)])
        below: list[Comparison] = []
        for job in piece:
            if len(job.olds) == 1 and _take_usual(trees, job, below):
                continue
            sides = trees.sides(job.new, job.olds, job.width)
            if isinstance(sides, Note):
                job.changes.note(sides, job.folder or "/")
            elif len(sides[1]) == 1:
                _compare_one(job, *sides, below)
            else:
                _compare_all(job, *sides, below)
        jobs = below + jobs


def _take_usual(trees: TreeCache, job: Comparison, below: list[Comparison]) -> bool:
    """Take in the change of a single file or folder that was there before; False for any other."""
    changes, parent, new, (old,), width, only_grows = job
    if only_grows or new is None or old is None:
        return False
    change = trees.one_change(new, old, width)
    if change is None:
        return False
    name, mode, before, now = change
    if mode == FOLDER:
        folder = _folder(parent, name)
        if folder is None:
            return False
        path, width, only_grows = folder
        below.append(Comparison(changes, path, now, (before,), width, only_grows))
        return True
    path = _join(parent, name)
    place = parse_path(path)
    if mode != FILE or place is None:
        return False
    changes.files.append(Change(path, place, now.hex()))
    return True


def _compare_one(
    job: Comparison, new: Entries, olds: list[Entries], below: list[Comparison]
) -> None:
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
    if job.only_grows:
        _find_lost(job, new, olds)


def _compare_all(
    job: Comparison, new: Entries, olds: list[Entries], below: list[Comparison]
) -> None:
    """Compare with any number of parents: none for the root, several for a merge."""
    for name, entry in new.items():
        before = [old.get(name) for old in olds]
        if entry not in before:
            if entry[0] == FOLDER:
                _take_folder(job, name, before, new, below)
            else:
                _take_file(job, name, new, olds)
        elif entry[0] == FOLDER and _only_grows(job, name) and before.count(entry) < len(before):
            below.append(_deeper(job, name, entry, before))
    for name in {name for old in olds for name in old if name not in new}:
        _take_gone(job, name, [old.get(name) for old in olds], below)
    if job.only_grows:
        _find_lost(job, new, olds)


def _take_folder(
    job: Comparison,
    name: bytes,
    before: list[Entry | None],
    new: Entries,
    below: list[Comparison],
) -> None:
    """Look into a folder that no parent has like this, if it may be there."""
    inner = _deeper(job, name, new[name], before)
    if is_folder(inner.folder):
        below.append(inner)
    else:
        _note_stranger(job, name, new, _STRANGE_FOLDER)


def _take_file(job: Comparison, name: bytes, new: Entries, olds: list[Entries]) -> None:
    """Take in a file that no parent has like this, if it may be there."""
    path = _join(job.folder, name)
    mode, oid = new[name]
    place = parse_path(path)
    if mode != FILE:
        job.changes.note(_WRONG_MODES.get(mode, _STRANGE_MODE), path)
    elif place is None:
        _note_stranger(job, name, new, _STRANGE_FILE)
    else:
        is_carried = bool(place.sibling) and len(olds) > 1 and _is_carried(name, new[name], olds)
        job.changes.files.append(Change(path, place, oid.hex(), is_carried))


def _take_gone(
    job: Comparison, name: bytes, before: list[Entry | None], below: list[Comparison]
) -> None:
    """Take in a file that was taken away, or look into a folder that was.

    Against a parent that never had it, nothing changed; but what only grows may lose nothing.
    """
    entries = [entry for entry in before if entry is not None]
    if len(entries) < len(before) and not _only_grows(job, name):
        return
    if any(mode == FOLDER for mode, _ in entries):
        below.append(_deeper(job, name, None, before))
        return
    path = _join(job.folder, name)
    place = parse_path(path)
    if place is not None and len(entries) == len(before):
        job.changes.files.append(Change(path, place, None))


def _find_lost(job: Comparison, new: Entries, olds: Sequence[Entries]) -> None:
    """Find files that stood at any parent and are not as they were."""
    for old in olds:
        for name, entry in old.items():
            if entry[0] != FOLDER and new.get(name) != entry:
                path = _join(job.folder, name)
                lost = job.changes.lost
                if len(lost) < _NOTES_LIMIT and path not in lost:
                    lost.append(path)


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
        job.changes.note(_TWIN if is_twin else note, _join(job.folder, name))


def _deeper(
    job: Comparison, name: bytes, entry: Entry | None, before: list[Entry | None]
) -> Comparison:
    olds = tuple([one[1] if one and one[0] == FOLDER else None for one in before])
    folder = _join(job.folder, name)
    new = entry and entry[1]
    return Comparison(job.changes, folder, new, olds, _width(folder), _only_grows(job, name))


class _Folder(NamedTuple):
    path: str
    width: int
    only_grows: bool


@lru_cache(maxsize=4096)
def _folder(parent: str, name: bytes) -> _Folder | None:
    """Give what there is to know of a folder that may be in `parent`, which does not only grow."""
    path = _join(parent, name)
    return _Folder(path, _width(path), path.encode() in _GROWING) if is_folder(path) else None


def _width(folder: str) -> int:
    """Give the length of an entry in the two kinds of folder where, as a rule, all are alike."""
    if folder.startswith("cases/"):
        return _SHARDS_WIDTH if folder.count("/") == 1 else _CASES_WIDTH
    return 0


def _only_grows(job: Comparison, name: bytes) -> bool:
    return job.only_grows or (not job.folder and name in _GROWING)


def _join(folder: str, name: bytes) -> str:
    text = name.decode("utf-8", "surrogateescape")
    return f"{folder}/{text}" if folder else text
