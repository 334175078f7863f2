"""One case out of two views of it: as much as opens, merged by fields and taken apart again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from store.merging.remade import known_parts, reads_back
from store.model.case import Case
from store.model.conflict import encode, records
from store.model.likeness import same
from store.model.merge import Side, merge, merge_bases
from store.model.merged_conflicts import is_above
from store.model.parts import PART_OF, PSEUDONYM, SEALED, is_stub, list_keys, sealed_items, split

if TYPE_CHECKING:
    from store.merging.opener import Opener

__all__ = ["Places", "Together", "View", "is_same", "put_together", "unite"]

Data = dict[str, Any]

Places = Mapping[str, str]
"""Where the parts of a case stand: blob by compartment."""


class View(NamedTuple):
    """A case at one commit: its parts by compartment, and all of it in one, as far as it opens."""

    places: Places
    parts: Mapping[str, Data]
    case: Case | None

    @property
    def homes(self) -> int:
        """How many of them are the part that a case lives in: one, as a rule."""
        return sum(PART_OF not in part for part in self.parts.values())


class Together(NamedTuple):
    """What becomes of each part that opens (None: it goes), and how many conflicts are new.

    `shut` are the compartments of which some part does not open: they are merged by their files.
    """

    targets: Mapping[str, Data | None]
    views: tuple[View, View]
    shut: frozenset[str]
    conflicts: int


Credit = Callable[[int, Case | None], Side]
"""Makes a side of the case in one of the two places, by its number."""


def put_together(
    opener: Opener,
    case_id: str,
    places: tuple[Places, Places],
    bases: Sequence[Places],
    credit: Credit,
    breadth: Callable[[str], int],
    *,
    shut: frozenset[str] = frozenset(),
) -> Together | None:
    """Merge what can be opened; None where that would touch what cannot, or is `shut`."""
    shut |= {
        name
        for found in places
        for name, blob in found.items()
        if opener.part(case_id, name, blob) is None
    }
    views = (_view(opener, case_id, places[0], shut), _view(opener, case_id, places[1], shut))
    olds = [_view(opener, case_id, found, shut) for found in bases]
    if not _fit(views) or any(old.homes > 1 for old in olds):
        return None
    wants_home = any(view.homes for view in views)
    data = [one.case.data if one.case and bool(one.homes) >= wants_home else None for one in olds]
    base = data[0] if len(data) == 1 else merge_bases(data)
    sides = [credit(number, view.case) for number, view in enumerate(views)]
    merged = merge(base, sides[0], sides[1], breadth=breadth)
    stubbed = _with_stubs(merged, base, shut) if merged is not None else None
    return _taken_apart(stubbed, sides, views, olds, shut)


def unite(
    opener: Opener,
    case_id: str,
    places: Places,
    other: tuple[str, Data],
    credit: Credit,
    breadth: Callable[[str], int],
) -> Together | None:
    """Merge a case with another version of one part of it (compartment and data).

    Nobody can say where the two parted: nothing is lost, and each difference is a conflict.
    """
    shut = frozenset(n for n, blob in places.items() if opener.part(case_id, n, blob) is None)
    view = _view(opener, case_id, places, shut)
    if view.case is None or view.homes != 1:
        return None
    seen = Case(_with_part(view.case.data, *other))
    sides = [credit(0, view.case), credit(1, seen)]
    merged = merge(None, sides[0], sides[1], breadth=breadth)
    return _taken_apart(merged, sides, (view, view), (), shut)


def _taken_apart(
    merged: Data | None,
    sides: Sequence[Side],
    views: tuple[View, View],
    olds: Sequence[View],
    shut: frozenset[str],
) -> Together | None:
    targets: dict[str, Data | None] = dict.fromkeys((*views[0].places, *views[1].places))
    count = 0
    if merged is not None:
        count = _new_conflicts(merged, sides)
        home = str(merged["compartment"])
        known = known_parts([v.parts for v in views], [old.parts for old in olds], home)
        if known is None:
            return None
        targets |= _apart(merged, known)
        if not all(map(reads_back, targets, targets.values())):
            return None
    if any(part is not None and name in shut for name, part in targets.items()):
        return None
    kept = {name: part for name, part in targets.items() if name not in shut}
    return Together(kept, views, shut, count)


def _with_part(data: Data, name: str, part: Data) -> Data:
    """Give a case as it would be with another version of one of its parts; nothing goes."""
    home = str(data["compartment"])
    seen = {**(data if PART_OF in part else part)}
    for section in list_keys():
        known = {item["id"]: item for item in data.get(section) or ()}
        items = {item["id"]: item for item in seen.get(section) or ()}
        for item in part.get(section) or ():
            stands = known.get(item["id"], {})
            if is_stub(item):
                items[item["id"]] = {**stands, **item}
            elif PART_OF in part:
                marks = {key: stands[key] for key in (SEALED, PSEUDONYM) if key in stands}
                sealed = {} if stands or name == home else {SEALED: name}
                items[item["id"]] = {**item, **sealed, **marks}
        if items:
            seen[section] = list(items.values())
    return encode(seen, {**records(seen), **records(part)}.values())


def is_same(one: Data, other: Data) -> bool:
    """Say whether two versions of a part hold the same, whoever wrote them."""
    bare = [{key: part[key] for key in part if key != "changed"} for part in (one, other)]
    return same(bare[0], bare[1])


def _view(opener: Opener, case_id: str, places: Places, shut: frozenset[str]) -> View:
    opened = {name: blob for name, blob in places.items() if name not in shut}
    parts = {name: opener.part(case_id, name, blob) for name, blob in opened.items()}
    known = {name: part for name, part in parts.items() if part is not None}
    return View(places, known, opener.case(case_id, opened) if opened else None)


def _fit(views: tuple[View, View]) -> bool:
    """Say whether two views show the same of a case, so that what one lacks was taken away."""
    homes = set()
    for view in views:
        if view.homes > 1 or (view.case is None and view.places):
            return False
        if view.case is not None:
            homes.add("" if view.homes else view.case.compartment)
    return len(homes) == 1


def _with_stubs(merged: Data, base: Data | None, shut: frozenset[str]) -> Data:
    """Leave a stub what was sealed where it does not open, and not changed on the other side."""
    before, disputed = dict(_items(base)), records(merged)
    changed: Data = {}
    for path, item in sealed_items(merged):
        section, _, item_id = path.partition(".")
        was = _inner(before.get(path))
        is_untouched = same(_inner(item), was) and not is_above(path, disputed)
        if item[SEALED] in shut and not is_stub(item) and is_untouched:
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


def _apart(merged: Data, known: Mapping[str, Data]) -> dict[str, Data | None]:
    """Take a merged case apart: the data of each part, None for one that is left with nothing."""
    home = str(merged["compartment"])
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
