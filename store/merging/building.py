"""Write a merge: what has to be encrypted, the trees, and the signed commit; main does not move."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from store.errors import Cancelled
from store.merging.work import Work
from store.model.case import Case
from store.part import seal_part
from store.rekey import Part, rekey
from store.repo.objects import object_id
from store.repo.pack import PackWriter, entry_of
from store.repo.write import FEW, write_objects
from store.trust.paths import parse_path
from store.writing import Author, build_commit

if TYPE_CHECKING:
    from store.merging.meeting import Meeting

__all__ = ["Built", "build"]

_MESSAGE = "merge"

Progress = Callable[[int, int], None]
Objects = list[tuple[str, str, bytes]]


class Built(NamedTuple):
    """The commit, and the cases of which a part stays under an epoch that is over."""

    commit: str
    left: tuple[str, ...]


def build(
    meeting: Meeting,
    work: Work,
    author: Author,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Built:
    """Write all objects of a merge, and make them durable.

    Raises:
        Cancelled: `is_cancelled` said so; nothing leads to what was written.
        Unwritable: the disk does not take it.
    """
    blobs = list(_blobs(meeting, work, author))
    entries = [*work.files.items(), *((path, oid) for path, oid, _ in blobs)]
    objects = [(oid, "blob", content) for _, oid, content in blobs]
    stale = work.stale()
    keys = work.keys(stale)
    parts = [part for part in work.movable(stale) if part.compartment in keys]
    if not parts and len(objects) <= FEW:
        above = _commit(meeting, entries, author)
        write_objects(meeting.vault.git_dir, [*objects, *above])
        return Built(above[-1][0], _left(stale, ()))
    with PackWriter(meeting.vault.git_dir) as pack:
        pack.add([entry_of(kind, content) for _, kind, content in objects])
        done = [
            one
            for some in rekey(meeting.vault.git_dir, pack, parts, keys, progress, is_cancelled)
            for one in some
        ]
        above = _commit(meeting, [*entries, *done], author)
        pack.add([entry_of(kind, content) for _, kind, content in above])
        if is_cancelled is not None and is_cancelled():
            raise Cancelled
        pack.finish()
    return Built(above[-1][0], _left(stale, [path for path, _ in done]))


def _blobs(meeting: Meeting, work: Work, author: Author) -> Iterator[tuple[str, str, bytes]]:
    """Give the new files: path, id and content."""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(author.time))
    changed = {"changed": {"by": author.handle, "at": at, "why": _MESSAGE}}
    recipients: dict[str, str] = {}
    for path, data in work.fresh.items():
        place = parse_path(path)
        assert place is not None  # noqa: S101 - it is the path of a case
        name = place.compartment
        if name not in recipients:
            recipients[name] = meeting.recipient(name) or ""
        content = seal_part(Case({**data, **changed}), recipients[name])
        yield path, object_id("blob", content), content
    for path, text in work.texts.items():
        yield path, object_id("blob", text), text


def _commit(meeting: Meeting, entries: Sequence[tuple[str, str | None]], author: Author) -> Objects:
    parents = (meeting.theirs.commit, meeting.ours.commit)
    return build_commit(meeting.objects, parents, entries, _MESSAGE, author)


def _left(stale: Sequence[Part], done: Sequence[str]) -> tuple[str, ...]:
    """Name the cases of which a part could not be encrypted anew."""
    known = set(done)
    left = (parse_path(part.path) for part in stale if part.path not in known)
    return tuple(dict.fromkeys(place.id for place in left if place))
