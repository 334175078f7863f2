"""A case out of its parts, and back: items sealed into a smaller compartment than their case's.

The part that the case lives in, its home, keeps a stub of a sealed item: its id, a pseudonym, and
the compartment that the rest lies in. Who can open both sees one case; others see the stub.

    home     people: [{id: p3, pseudonym: W-03, sealed: witness}]
    part     part_of: main · people: [{id: p3, name: …}]
    joined   people: [{id: p3, pseudonym: W-03, sealed: witness, name: …}]
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from store.model.conflict import encode
from store.model.fields import load_model
from store.model.shape import CONFLICTS, HEAD, conflict_id

__all__ = [
    "PART_OF",
    "PSEUDONYM",
    "SEALED",
    "drop_seal",
    "is_stub",
    "join",
    "list_keys",
    "sealed_items",
    "split",
]

SEALED, PSEUDONYM, PART_OF = "sealed", "pseudonym", "part_of"
_STUB = frozenset(("id", SEALED, PSEUDONYM))

Data = dict[str, Any]


def is_stub(item: Mapping[str, Any]) -> bool:
    """Say whether this is all that is seen of an item that is sealed."""
    return bool(item.get(SEALED)) and item.keys() <= _STUB


def sealed_items(data: Data) -> Iterator[tuple[str, Data]]:
    """Give each item that is sealed into another compartment, with its path."""
    for section in list_keys():
        for item in data.get(section) or ():
            if item.get(SEALED):
                yield f"{section}.{item['id']}", item


def drop_seal(item: Data, section: str) -> None:
    """Make a sealed item an open one, in place; a person keeps the pseudonym, a field of theirs."""
    item.pop(SEALED, None)
    if not any(field.key == PSEUDONYM for field in load_model().section(section).fields):
        item.pop(PSEUDONYM, None)


def list_keys() -> tuple[str, ...]:
    """Name the sections that are lists of items: those are what can be sealed."""
    return tuple(section.key for section in load_model().sections if section.prefix)


def join(home: Data, parts: Mapping[str, Data]) -> Data:
    """Put the parts that could be opened (by compartment) into their home, as one case.

    What a part holds and its home says nothing of comes last in its list: nothing is hidden.
    """
    joined = copy.deepcopy(home)
    found: list[Data] = [*(joined.get(CONFLICTS) or ())]
    for compartment, part in parts.items():
        for section in list_keys():
            for item in part.get(section) or ():
                item_id = _put(joined, section, compartment, item)
                inside = (f"{section}.{item['id']}", f"{section}.{item_id}")
                found += _conflicts_within(part, *inside)
    return encode(joined, found) if found else joined


def split(data: Data, parts: Mapping[str, Data]) -> tuple[Data, dict[str, Data | None]]:
    """Take a joined case apart again: its home, and its parts by compartment.

    `parts` are those it was joined from; one that is left without any item is None. A stub that
    could not be opened stays as it is, and its part is not among them. Conflicts about what is
    sealed go with it.
    """
    home = copy.deepcopy(data)
    taken: dict[str, Data] = {name: _without_items(part) for name, part in parts.items()}
    for section in list_keys():
        for place, item in enumerate(home.get(section) or ()):
            compartment = item.get(SEALED)
            if not compartment or compartment == data["compartment"]:
                continue
            if is_stub(item) and not _has(parts, compartment, section, item):
                continue
            part = taken.setdefault(compartment, _new_part(data, compartment))
            kept = {key: value for key, value in item.items() if key not in (SEALED, PSEUDONYM)}
            part.setdefault(section, []).append(kept)
            home[section][place] = {key: item[key] for key in item if key in _STUB}
            _take_conflicts(home, part, f"{section}.{item['id']}")
    for name, part in parts.items():
        _keep_order(taken[name], part)
    _drop_idle_conflicts(home)
    return home, {name: part if _holds(part) else None for name, part in taken.items()}


def _conflicts_within(part: Data, path: str, renamed: str) -> Iterator[Data]:
    """Give a part's conflicts about an item, as they stand in the joined case."""
    for conflict in part.get(CONFLICTS) or ():
        if _is_within(conflict, path):
            way = renamed + str(conflict["path"]).removeprefix(path)
            yield copy.deepcopy(conflict) | {"id": conflict_id(way), "path": way}


def _take_conflicts(home: Data, part: Data, path: str) -> None:
    """Move the conflicts about an item to the part that it is sealed in."""
    found = home.get(CONFLICTS) or []
    inside = [conflict for conflict in found if _is_within(conflict, path)]
    if inside:
        part[CONFLICTS] = encode({}, (*(part.get(CONFLICTS) or ()), *inside))[CONFLICTS]
        home[CONFLICTS] = [conflict for conflict in found if conflict not in inside]


def _drop_idle_conflicts(home: Data) -> None:
    """Drop conflicts about items that are gone: they may have been sealed."""
    ids = {f"{key}.{item['id']}" for key in list_keys() for item in home.get(key) or ()}
    found = home.pop(CONFLICTS, None) or ()
    ways = ((one, str(one["path"]).split(".")) for one in found)
    kept = [one for one, way in ways if way[0] not in list_keys() or ".".join(way[:2]) in ids]
    if kept:
        home[CONFLICTS] = kept


def _is_within(conflict: Data, path: str) -> bool:
    return f"{conflict['path']}.".startswith(f"{path}.")


def _put(joined: Data, section: str, compartment: str, item: Data) -> str:
    """Put an item of a part where its stub is, or last; give the id that it goes by there."""
    items = joined.setdefault(section, [])
    known = {one["id"]: one for one in items}
    stub = known.get(item["id"])
    if stub is not None and stub.get(SEALED) == compartment and is_stub(stub):
        stub.update({key: copy.deepcopy(item[key]) for key in item if key not in _STUB})
        return str(item["id"])
    item_id = str(item["id"])
    while item_id in known:  # of two that go by one id, neither is lost
        item_id += "s"
    items.append({**copy.deepcopy(item), "id": item_id, SEALED: compartment})
    return item_id


def _has(parts: Mapping[str, Data], compartment: str, section: str, item: Data) -> bool:
    items = parts.get(compartment, {}).get(section) or ()
    return any(one["id"] == item["id"] for one in items)


def _keep_order(part: Data, before: Data) -> None:
    """Leave items where they stood in their part: a part that nobody changed stays as it is."""
    for section in list_keys():
        if section in part:
            places = {item["id"]: place for place, item in enumerate(before.get(section) or ())}
            part[section].sort(key=lambda item: places.get(item["id"], len(places)))


def _without_items(part: Data) -> Data:
    lists = {*list_keys(), CONFLICTS}
    return {key: copy.deepcopy(value) for key, value in part.items() if key not in lists}


def _new_part(data: Data, compartment: str) -> Data:
    head = {"dalil": data["dalil"], "id": data["id"], "compartment": compartment}
    return {**head, PART_OF: data["compartment"]}


def _holds(part: Data) -> bool:
    return any(value for key, value in part.items() if key not in (*HEAD, CONFLICTS))
