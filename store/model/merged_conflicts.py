"""The conflicts of two versions made one: those they brought, and those that a merge found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from store.model.conflict import Record, is_placed, key_of, make_record, rank, records, text_of
from store.model.likeness import MISSING, same

__all__ = ["CONFLICT", "EITHER", "MergedConflicts", "is_above"]

Data = dict[str, Any]

EITHER = "either"
"""Marks a record of a base made of several, whose values are what one or other of them had."""
CONFLICT = "conflict"
"""What the mark says where one of them had a conflict there, which may have been settled since."""


class MergedConflicts:
    """What a base and two versions hold of conflicts, and what is found in conflict now."""

    def __init__(self, base: Data | None, sides: tuple[Data | None, Data | None]) -> None:
        self._sides = sides
        self._was = records(base)
        self._now = [
            {path: record for path, record in records(data).items() if is_placed(data, path)}
            for data in sides
        ]
        self._found: dict[str, list[Record]] = {}
        self._bases: dict[str, Any] = {}
        paths = {*self._was, *self._now[0], *self._now[1]}
        self._touched = [{p for p in paths if self._touches(number, p)} for number in (0, 1)]
        self._either = {path for path, record in self._was.items() if EITHER in record}

    def is_old(self, number: int, path: str, base: Any, value: Any) -> bool:
        """Has this side left alone what stands at a path, and the conflicts about it?

        To settle a conflict is a change too, also where the value that stood was chosen.
        """
        touched = self._touched[number]
        if path in touched or is_above(path, touched) or is_above(path, self._either):
            return False
        return same(value, base) or (path in self._either and _key(value) in _keys(self._was[path]))

    def settler(self, path: str) -> int | None:
        """Say which side alone has settled a conflict that the other left as it was."""
        has = [path in now for now in self._now]
        return None if has[0] == has[1] else has.index(False)

    def entry(self, number: int, path: str, key: str) -> Record | None:
        """Give what a side knows already of a value in conflict."""
        return _entries(self._now[number].get(path)).get(key)

    def add(self, path: str, entries: Iterable[Record], base: Any) -> None:
        """Note values that are in conflict now."""
        self._found.setdefault(path, []).extend(entries)
        if path not in self._either:
            self._bases[path] = base

    def joined(self, merged: Data) -> Iterator[Record]:
        """Give the conflicts of the merged case."""
        paths = {*self._was, *self._now[0], *self._now[1], *self._found}
        for path in paths:
            if not is_placed(merged, path):
                self._lift(path, merged)
        for path in sorted({*paths, *self._found}):
            record = self._join(path, self._kept(path)) if is_placed(merged, path) else None
            if record is not None:
                yield record

    def _lift(self, path: str, merged: Data) -> None:
        """Keep what is new in a conflict about something that gave way, with what stands there."""
        record = self._join(path, self._kept(path))
        if record is None or not any(path in touched for touched in self._touched):
            return
        while not is_placed(merged, path):
            path = path.rpartition(".")[0]
        self._found.setdefault(path, []).extend(e for e in record["values"] if "value" in e)

    def _touches(self, number: int, path: str) -> bool:
        """Has this side settled the conflict at a path, or brought one or a value of one?"""
        if not is_placed(self._sides[number], path):
            return False  # it went with what it was about
        was, now = self._was.get(path), _keys(self._now[number].get(path))
        is_open = was is None or was.get(EITHER) is True or (EITHER in was and now)
        return not now <= _keys(was) if is_open else now != _keys(was)

    def _kept(self, path: str) -> list[Record]:
        """Give the records of both sides that stay."""
        touching = [number for number in (0, 1) if path in self._touched[number]]
        if touching:
            return [self._now[n][path] for n in touching if path in self._now[n]]
        placed = [n for n in (0, 1) if is_placed(self._sides[n], path)]
        kept = [self._now[n][path] for n in placed if path in self._now[n]]
        return kept if len(kept) == len(placed) else []

    def _join(self, path: str, kept: list[Record]) -> Record | None:
        found = self._found.get(path, [])
        if not found and kept and all(same(kept[0], record) for record in kept):
            return kept[0]
        entries: dict[str, Record] = {}
        for group in (_all_entries(kept), found):
            for entry in sorted(group, key=rank):
                entries.setdefault(key_of(entry), entry)
        if len(entries) < 2:  # noqa: PLR2004 - values that differ
            return None
        return make_record(path, entries.values(), self._base(path, kept))

    def _base(self, path: str, kept: list[Record]) -> Any:
        bases = [one["base"] for one in (self._was.get(path, {}), *kept) if "base" in one]
        return min(bases, key=text_of) if bases else self._bases.get(path)


def is_above(path: str, paths: Iterable[str]) -> bool:
    """Does one of some paths lead into what this one leads to?"""
    start = f"{path}." if path else ""
    return any(one.startswith(start) and one != path for one in paths)


def _key(value: Any) -> str:
    return key_of({"gone": True} if value is MISSING else {"value": value})


def _all_entries(found: Iterable[Record]) -> Iterator[Record]:
    for record in found:
        yield from record["values"]


def _entries(record: Record | None) -> dict[str, Record]:
    return {key_of(entry): entry for entry in (record or {}).get("values", ())}


def _keys(record: Record | None) -> set[str]:
    return set(_entries(record))
