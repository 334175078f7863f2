"""The shape of a history, from the parents that raw commits name.

Nothing of git's own is believed here: grafts, replaced objects and the commit-graph file can all
make `git rev-list` show another history than the one that was signed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from store.trust.commits import outline
from store.trust.reading import Reader
from store.trust.report import Note

__all__ = ["History", "walk"]

_KEPT_BYTES = 64 * 1024 * 1024
_PIECE = 1024

Alert = tuple[str, str]
"""Message and advice of what is wrong with a history as a whole."""

_ROLLBACK = (
    "the history ends before the last verified commit {trusted}: it was rolled back",
    "keep your clone as it is, do not fetch over it, and ask the others for their tip",
)
_FORK = (
    "the history does not contain the last verified commit {trusted}: it was forked or rewritten",
    "keep both histories, and ask the others which tip they have",
)
_OTHER_ROOT = (
    "the mainline does not begin at the pinned commit {root}",
    "this is another repository, or a rewritten one: compare the root commit with a colleague",
)


class History(NamedTuple):
    """What is to be verified, oldest first: each commit stands after its parents.

    `joins` gives for each commit of `order` the place in `mainline` of the commit with which it
    came in. `base` is the commit the mainline starts from, already verified; None when it starts
    with the root. `parents` also names parents that are already verified and not in `order`.
    `raw` holds the commits' bytes, as many as fit. `alert` says why none of it can count.
    """

    order: list[str]
    joins: list[int]
    mainline: list[str]
    base: str | None
    parents: dict[str, tuple[str, ...]]
    raw: dict[str, bytes | Note]
    is_aside: bool = False
    alert: Alert | None = None


class _Ancestors:
    """All ancestors of one commit, up to those where the walk ends."""

    def __init__(self, reader: Reader, ends: Iterable[str], poll: Callable[[], None]) -> None:
        self._reader = reader
        self._ends = frozenset(ends)
        self._poll = poll
        self._kept = 0
        self.parents: dict[str, tuple[str, ...]] = {}
        self.raw: dict[str, bytes | Note] = {}

    def collect(self, tip: str, without: Sequence[str]) -> None:
        """Read from the tip down, in pieces as large as can be."""
        level = [tip]
        ahead: dict[str, bytes | Note] = {}
        for known in (without, ()):  # a line that goes past those goes far down, as a rule
            above = [oid for oid in level if oid not in self._ends]
            for piece in _pieces(self._reader.reachable(above[-1], known) if above else ()):
                ahead.update(self._read(piece))
                level = self._step(level, ahead)
        while level:
            ahead.update(self._read(level))
            level = self._step(level, ahead)

    def _read(self, oids: Sequence[str]) -> Iterator[tuple[str, bytes | Note]]:
        self._poll()
        return zip(oids, self._reader.get("commit", oids), strict=True)

    def _step(self, level: list[str], ahead: dict[str, bytes | Note]) -> list[str]:
        """Take in the commits of a level, and all below that were read ahead; give the next."""
        stack, beyond = level, list[str]()
        while stack:
            oid = stack.pop()
            if oid in self.parents:
                continue
            if oid not in ahead:
                beyond.append(oid)
                continue
            raw = ahead.pop(oid)
            self._keep(oid, raw)
            ends = oid in self._ends
            self.parents[oid] = () if ends or isinstance(raw, Note) else outline(raw)[1]
            stack.extend(self.parents[oid])
        return beyond

    def _keep(self, oid: str, raw: bytes | Note) -> None:
        self._kept += _size(raw)
        if self._kept <= _KEPT_BYTES:
            self.raw[oid] = raw


def walk(
    reader: Reader, root: str, tip: str, trusted: str | None, poll: Callable[[], None]
) -> History:
    """Find the commits from the root, or from the last verified commit, up to the tip.

    `poll` is called before each read; it may raise to end the walk.
    """
    ends = [root] if trusted is None else [root, trusted]
    found = _Ancestors(reader, ends, poll)
    found.collect(tip, ends[1:])
    known: dict[str, tuple[str, ...]] = {}
    if trusted is not None:
        known = _verified(reader, root, trusted, found, poll)
        if trusted not in found.parents:
            alert: Alert | None = _ROLLBACK if tip in known else _FORK
            return History([], [], [], None, {}, found.raw, alert=alert)
    fresh = {oid for oid in found.parents if oid not in known}
    mainline, base = _mainline(tip, fresh, found.parents)
    alert = None if base is not None or (mainline and mainline[0] == root) else _OTHER_ROOT
    order: list[str] = []
    joins: list[int] = []
    for place, commit in enumerate(mainline):
        for oid in _joining(commit, fresh, found.parents):
            order.append(oid)
            joins.append(place)
    is_aside = base is not None and base != trusted
    parents = {**found.parents, **known}
    return History(order, joins, mainline, base, parents, found.raw, is_aside, alert)


def _verified(
    reader: Reader, root: str, trusted: str, found: _Ancestors, poll: Callable[[], None]
) -> dict[str, tuple[str, ...]]:
    """Give the commits that are the last verified one or its ancestors, and their parents.

    Its own ancestors matter only when some line from the tip goes past it, to the root or nowhere.
    """
    goes_past = any(not up and oid != trusted for oid, up in found.parents.items())
    if trusted in found.parents and not goes_past:
        return {trusted: ()}
    older = _Ancestors(reader, [root], poll)
    older.collect(trusted, [])
    return older.parents


def _mainline(
    tip: str, fresh: set[str], parents: dict[str, tuple[str, ...]]
) -> tuple[list[str], str | None]:
    """Follow first parents down; give the fresh ones, oldest first, and the known one below."""
    line: list[str] = []
    here: str | None = tip
    while here is not None and here in fresh:
        line.append(here)
        fresh_parents = parents[here]
        here = fresh_parents[0] if fresh_parents else None
        if len(line) > len(fresh):  # only objects that are not hashed could go round in a circle
            return [], None
    return line[::-1], here


def _joining(commit: str, fresh: set[str], parents: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Take out of `fresh` what comes in with a mainline commit, each after its parents."""
    stack: list[tuple[str, Iterator[str]]] = [(commit, iter(parents[commit]))]
    fresh.discard(commit)
    while stack:
        oid, above = stack[-1]
        for parent in above:
            if parent in fresh:
                fresh.discard(parent)
                stack.append((parent, iter(parents[parent])))
                break
        else:
            stack.pop()
            yield oid


def _pieces(oids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(oids), _PIECE):
        yield oids[start : start + _PIECE]


def _size(raw: bytes | Note) -> int:
    return len(raw) if isinstance(raw, bytes) else 0
