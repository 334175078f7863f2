"""Two versions of a case that went their own ways, made one: three-way, and the same either way.

What one side changed is taken. What both changed differently stays in the case as a conflict, with
all its values, for a person to decide. Nothing here depends on which side is "ours".
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from math import inf
from typing import Any, NamedTuple

from store.model.conflict import Mark, Record, encode, key_of, rank, text_of
from store.model.likeness import MISSING, Missing, same
from store.model.merge_bases import merge_bases
from store.model.merged_conflicts import MergedConflicts, is_above
from store.model.paragraphs import merge_text
from store.model.parts import PSEUDONYM, SEALED, drop_seal, is_stub, list_keys, sealed_items
from store.model.shape import CONFLICTS, is_items
from store.model.weave import weave

__all__ = ["Side", "merge", "merge_bases"]

Data = dict[str, Any]

_APART = ("changed", CONFLICTS)
"""Keys of a case that are not merged as its fields are."""


class Side(NamedTuple):
    """One version of a case, all parts joined; None where it was taken away.

    `by` and `at` say who changed it last on this side, and when. `credit` tells the same of one
    path, if it can; it is asked only for what is in conflict.
    """

    data: Data | None
    by: str
    at: str
    credit: Callable[[str], tuple[str, str]] | None = None


def merge(
    base: Data | None, one: Side, other: Side, *, breadth: Callable[[str], int] = lambda _name: 0
) -> Data | None:
    """Merge two versions that both come from `base`, as `merge_bases` gives it for several.

    None is the case that is not there. `breadth` counts who can read a compartment: where both
    sides changed where something lies, the narrower wins; and what was written for few is not
    opened to many by a merge. The result may share values with what went in.
    """
    sides = _in_order(one, other)
    for mine, others in (sides, sides[::-1]):
        if same(mine.data, others.data) or same(base, mine.data):
            return others.data
    return _Merging(base, sides, breadth).result()


def _in_order(one: Side, other: Side) -> tuple[Side, Side]:
    """Put the earlier first; what is as old as the other goes by its author, and by its text."""
    mine, its = ((side.at, side.by, "") for side in (one, other))
    if mine == its:
        mine, its = ((*mine[:2], repr(side.data)) for side in (one, other))
    return (one, other) if mine <= its else (other, one)


class _Merging:
    """One merge under way. Values come as base, earlier, later; MISSING where there is none."""

    def __init__(
        self, base: Data | None, sides: tuple[Side, Side], breadth: Callable[[str], int]
    ) -> None:
        self.base = base
        self.sides = sides
        self.breadth = breadth
        self.conflicts = MergedConflicts(base, (sides[0].data, sides[1].data))
        self.homes = [(data or {}).get("compartment") for data in (base, *(s.data for s in sides))]
        self.home: Any = None
        self.items = {""}
        self.guarded: dict[str, int] = {}

    def result(self) -> Data | None:
        """Merge the whole case."""
        values = [_fields(data) for data in (self.base, *(side.data for side in self.sides))]
        if MISSING not in values[1:]:
            self._guard("compartment", self.homes, values)
            self._guard_items([_items_by_path(value) for value in values])
            self.home = self._node("compartment", *self.homes)
        merged = self._node("", *values)
        if merged is MISSING:
            return None
        changed = _changed(self.base, *self.sides)
        head = {} if changed is MISSING else {"changed": changed}
        merged = _without_idle_seals(merged) | head
        return encode(merged, self.conflicts.joined(merged))

    def _node(self, path: str, base: Any, first: Any, second: Any) -> Any:
        """Merge what stands at one path."""
        if same(first, second):
            return first
        if is_above(path, self.guarded):
            return self._both(path, base, first, second)
        old = [self.conflicts.is_old(n, path, base, v) for n, v in enumerate((first, second))]
        settled = self.conflicts.settler(path) if all(old) else None
        if old[0] != old[1] or settled is not None:
            takes_second = old[0] if settled is None else settled == 1
            if self.guarded.get(path, takes_second) == takes_second:
                return second if takes_second else first
        return self._both(path, base, first, second)

    def _both(self, path: str, base: Any, first: Any, second: Any) -> Any:
        """Merge what both sides changed, each in its way."""
        if isinstance(first, dict) and isinstance(second, dict):
            return self._mapping(path, base if isinstance(base, dict) else {}, first, second)
        lists = [[] if value is MISSING else value for value in (first, second)]
        if any(value is not MISSING for value in (first, second)) and all(
            isinstance(value, list) for value in lists
        ):
            known = base if isinstance(base, list) else []
            if all(is_items(value) for value in lists):
                return self._items(path, known if is_items(known) else [], *lists)
            return _plain(known, *lists)
        is_text = all(isinstance(value, str) for value in (base, first, second))
        if is_text and base not in (first, second) and not _is_place(path):
            return self._text(path, base, first, second)
        return self._differ(path, base, first, second)

    def _mapping(self, path: str, base: Data, first: Data, second: Data) -> Any:
        merged = {}
        for key in [*first, *(key for key in second if key not in first)]:
            values = (side.get(key, MISSING) for side in (base, first, second))
            value = self._node(f"{path}.{key}" if path else key, *values)
            if value is not MISSING:
                merged[key] = value
        return merged or MISSING

    def _items(
        self, path: str, base: list[Data], first: list[Data], second: list[Data]
    ) -> list[Data] | Missing:
        tables = [{item["id"]: item for item in items} for items in (base, first, second)]
        merged = {}
        for item_id in [*tables[1], *(i for i in tables[2] if i not in tables[1])]:
            values = (table.get(item_id, MISSING) for table in tables)
            merged[item_id] = self._item(f"{path}.{item_id}", *values)
        kept = {item_id for item_id, item in merged.items() if item is not MISSING}
        before, earlier, later = (list(table) for table in tables)
        ids = weave(before, earlier, later, kept)
        return [merged[item_id] for item_id in ids] or MISSING

    def _item(self, path: str, base: Any, first: Any, second: Any) -> Any:
        self.items.add(path)
        section, _, rest = path.partition(".")
        if "." in rest or section not in list_keys():
            return self._node(path, base, first, second)
        first, second = _behind_stubs(base, first, second)
        item = self._node(path, base, first, second)
        if f"{path}.{SEALED}" in self.guarded:
            if SEALED not in item:
                drop_seal(item, section)
            elif base is not MISSING and PSEUDONYM in base:
                item = {PSEUDONYM: base[PSEUDONYM]} | item
        return item

    def _text(self, path: str, base: str, first: str, second: str) -> str:
        merged = merge_text(base, first, second)
        if merged.clashes:
            entries = self._entries(path, first, second)
            self.conflicts.add(path, entries, base)
            if rank(entries[0]) > rank(entries[1]):
                merged = merge_text(base, second, first)
        return merged.text

    def _differ(self, path: str, base: Any, first: Any, second: Any) -> Any:
        """Keep both values, and say which of them stands."""
        entries = self._entries(path, first, second)
        is_item = path in self.items
        self.conflicts.add(path, entries, None if base is MISSING or is_item else base)
        if path in self.guarded:
            return (first, second)[self.guarded[path]]
        if _is_place(path):
            return min(
                first, second, key=lambda at: self._width(self.home if at is MISSING else at)
            )
        if MISSING in (first, second):
            return second if first is MISSING else first
        return second if rank(entries[0]) < rank(entries[1]) else first

    def _entries(self, path: str, *values: Any) -> list[Record]:
        return [self._entry(number, path, value) for number, value in enumerate(values)]

    def _entry(self, number: int, path: str, value: Any) -> Record:
        said: Record = {"value": value}
        if value is MISSING or path in self.items:
            mark = Mark.GONE if value is MISSING else Mark.HERE
            said = {mark.value: True}
        known = self.conflicts.entry(number, path, key_of(said))
        if known is not None:
            return known
        side = self.sides[number]
        by, at = side.credit(path) if side.credit else (side.by, side.at)
        return {"by": by, "at": at, **said}

    def _guard_items(self, tables: list[Data]) -> None:
        """Guard so the items that lie in different places."""
        for path in tables[1].keys() & tables[2].keys():
            base = tables[0].get(path, MISSING)
            first, second = _behind_stubs(base, tables[1][path], tables[2][path])
            if first.get(SEALED) != second.get(SEALED):
                items = [{} if base is MISSING else base, first, second]
                places = [i.get(SEALED, home) for i, home in zip(items, self.homes, strict=True)]
                self._guard(f"{path}.{SEALED}", places, [base, first, second])

    def _guard(self, path: str, places: list[Any], values: list[Any]) -> None:
        """Note the side whose place for something stands, also where only the other's is new.

        That is where it was written in for a seal that the other side took off; or where fewer
        read it, and somebody wrote in it, or put it there.
        """
        was, *now = places
        narrow = int(self._width(now[1]) < self._width(now[0]))
        if now[0] == now[1]:
            return
        if MISSING in values:
            self.guarded[path] = narrow
            return
        inside, base = path.rpartition(".")[0], _inner(values[0])
        wrote = [not self.conflicts.is_old(n, inside, base, _inner(values[n + 1])) for n in (0, 1)]
        for side, other in ((0, 1), (1, 0)):
            is_unsealed = SEALED in values[0] and SEALED not in values[other + 1]
            if wrote[side] and is_unsealed and now[other] != was and wrote != [True, True]:
                self.guarded[path] = side
                return
        if wrote[narrow] or (now[narrow] != was and path != "compartment"):
            self.guarded[path] = narrow

    def _width(self, compartment: Any) -> tuple[float, str]:
        """Order compartments by who can read them; what is not sealed, more can read."""
        if not isinstance(compartment, str):
            return inf, ""
        return self.breadth(compartment), compartment


def _fields(data: Data | None) -> Any:
    return MISSING if data is None else {key: data[key] for key in data if key not in _APART}


def _items_by_path(data: Any) -> Data:
    """Give the items of a case that can be sealed."""
    fields = {} if data is MISSING else data
    return {f"{k}.{item['id']}": item for k in list_keys() for item in fields.get(k) or ()}


def _inner(item: Data) -> Data:
    """Give what an item says, without where it lies and what others see of it."""
    return {key: item[key] for key in item if key not in (SEALED, PSEUDONYM, "compartment")}


def _changed(base: Data | None, first: Side, second: Side) -> Any:
    """Give who wrote the version: the commit that saves it says so anew."""
    was, mine, its = (
        (data or {}).get("changed", MISSING) for data in (base, first.data, second.data)
    )
    return mine if same(its, was) else its


def _is_place(path: str) -> bool:
    """Does this path say in which compartment something lies?"""
    section, _, rest = path.partition(".")
    is_seal = rest.endswith(f".{SEALED}") and rest.count(".") == 1 and section in list_keys()
    return path == "compartment" or is_seal


def _behind_stubs(base: Any, first: Any, second: Any) -> tuple[Any, Any]:
    """Give both versions of an item whole: who sees a stub has changed nothing behind it."""
    stubs = [isinstance(item, dict) and is_stub(item) for item in (first, second)]
    if stubs[0] == stubs[1] or not isinstance(base, dict) or MISSING in (first, second):
        return first, second
    behind = {key: base[key] for key in base if key not in (SEALED, PSEUDONYM)}
    return (behind | first, second) if stubs[0] else (first, behind | second)


def _without_idle_seals(data: Data) -> Data:
    """Open what is sealed into the compartment that its case has moved to."""
    idle = [path for path, item in sealed_items(data) if item[SEALED] == data.get("compartment")]
    if not idle:
        return data
    opened = copy.deepcopy(data)
    for path, item in list(sealed_items(opened)):
        if path in idle:
            drop_seal(item, path.partition(".")[0])
    return opened


def _plain(base: list[Any], first: list[Any], second: list[Any]) -> list[Any] | Missing:
    """Merge lists of values as sets: what one put in comes, what one took out goes."""
    was, mine, its = (_keyed(values) for values in (base, first, second))
    every = mine | its
    kept = {key for key in every if (key in mine and key in its) or key not in was}
    return [every[key] for key in weave(list(was), list(mine), list(its), kept)] or MISSING


def _keyed(values: list[Any]) -> dict[tuple[str, int], Any]:
    """Tell values apart by their text; of two that are the same, the first from the second."""
    texts = [text_of(value) for value in values]
    return {(text, texts[:n].count(text)): values[n] for n, text in enumerate(texts)}
