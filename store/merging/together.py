"""One case out of two views of it: as much as opens, merged by fields and taken apart again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from store.model.case import Case
from store.model.conflict import records
from store.model.merge import Side, merge, merge_bases
from store.model.parts import PART_OF, PSEUDONYM, SEALED, is_stub, list_keys, sealed_items, split

if TYPE_CHECKING:
    from store.merging.opener import Opener

__all__ = ["Places", "Together", "View", "is_same", "put_together"]

Data = dict[str, Any]

Places = Mapping[str, str]
"""Where the parts of a case stand: blob by compartment."""


class View(NamedTuple):
    """A case at one commit: its parts by compartment, and all of it in one, as far as it opens."""

    places: Places
    parts: Mapping[str, Data]
    case: Case | None

    @property
    def has_home(self) -> bool:
        """Say whether the part is among them that the case lives in."""
        return any(PART_OF not in part for part in self.parts.values())


class Together(NamedTuple):
    """What becomes of each part that opens (None: it goes), and how many conflicts are new.

    `shut` are the compartments of which some part does not open: they are merged by their files.
    """

    targets: Mapping[str, Data | None]
    views: tuple[View, View]
    shut: frozenset[str]
    conflicts: int


def put_together(
    opener: Opener,
    case_id: str,
    places: tuple[Places, Places],
    bases: Sequence[Places],
    credit: Callable[[int, Case | None], Side],
    breadth: Callable[[str], int],
) -> Together | None:
    """Merge what can be opened; None where that would touch what cannot.

    `credit` makes a side of the case in one of the two places, by its number.
    """
    shut = frozenset(
        name
        for found in places
        for name, blob in found.items()
        if opener.part(case_id, name, blob) is None
    )
    first, second = (_view(opener, case_id, found, shut) for found in places)
    if not _fit((first, second)):
        return None
    olds = [_view(opener, case_id, found, shut) for found in bases]
    wants_home = first.has_home or second.has_home
    data = [one.case.data if one.case and one.has_home >= wants_home else None for one in olds]
    base = merge_bases(data)
    sides = [credit(number, view.case) for number, view in enumerate((first, second))]
    merged = merge(base, *sides, breadth=breadth)
    targets: dict[str, Data | None] = dict.fromkeys((*first.places, *second.places))
    count = 0
    if merged is not None:
        count = _new_conflicts(merged, sides)
        targets |= _apart(_with_stubs(merged, base, shut), (second, first))
    if any(part is not None and name in shut for name, part in targets.items()):
        return None
    kept = {name: part for name, part in targets.items() if name not in shut}
    return Together(kept, (first, second), shut, count)


def is_same(one: Data, other: Data) -> bool:
    """Say whether two versions of a part hold the same, whoever wrote them."""
    keys = {*one, *other} - {"changed"}
    return all(key in one and key in other and one[key] == other[key] for key in keys)


def _view(opener: Opener, case_id: str, places: Places, shut: frozenset[str]) -> View:
    opened = {name: blob for name, blob in places.items() if name not in shut}
    parts = {name: opener.part(case_id, name, blob) for name, blob in opened.items()}
    known = {name: part for name, part in parts.items() if part is not None}
    return View(places, known, opener.case(case_id, opened) if opened else None)


def _fit(views: tuple[View, View]) -> bool:
    """Say whether two views show the same of a case, so that what one lacks was taken away."""
    homes = set()
    for view in views:
        if sum(PART_OF not in part for part in view.parts.values()) > 1:
            return False
        if view.case is not None:
            homes.add("" if view.has_home else view.case.compartment)
        elif view.places:
            return False
    return len(homes) == 1


def _with_stubs(merged: Data, base: Data | None, shut: frozenset[str]) -> Data:
    """Leave a stub what was sealed where it does not open, and not changed on the other side."""
    before = dict(_items(base))
    changed: Data = {}
    for path, item in sealed_items(merged):
        section, _, item_id = path.partition(".")
        if item[SEALED] in shut and not is_stub(item) and _inner(item) == _inner(before.get(path)):
            stub = {key: item[key] for key in ("id", PSEUDONYM, SEALED) if key in item}
            items = changed.get(section) or merged[section]
            changed[section] = [stub if one["id"] == item_id else one for one in items]
    return {**merged, **changed}


def _items(data: Data | None) -> Iterator[tuple[str, Data]]:
    """Give all items of a case that can be sealed, by path."""
    for section in list_keys():
        for item in (data or {}).get(section) or ():
            yield f"{section}.{item['id']}", item


def _inner(item: Data | None) -> Data:
    return {key: v for key, v in (item or {}).items() if key not in (SEALED, PSEUDONYM)}


def _apart(merged: Data, views: tuple[View, View]) -> dict[str, Data | None]:
    """Take a merged case apart: the data of each part, None for one that is left with nothing."""
    home = str(merged["compartment"])
    known: dict[str, Data] = {}
    for view in views:
        for name, part in view.parts.items():
            if PART_OF in part and name != home:
                known[name] = {**known.get(name, {}), **part}
    if not known and not any(sealed_items(merged)):  # as nearly always: nothing to take apart
        return {home: merged}
    own, parts = split(merged, known)
    found = {name: part | {PART_OF: home} if part else None for name, part in parts.items()}
    return {**found, home: own}


def _new_conflicts(merged: Data, sides: Sequence[Side]) -> int:
    """Count the conflicts that neither side had like this."""
    known = [records(side.data) for side in sides]
    return sum(
        all(old.get(path) != record for old in known) for path, record in records(merged).items()
    )
