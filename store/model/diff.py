"""What differs between two versions of a case, field by field, and putting it onto a third."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

from store.model.fields import load_model
from store.model.shape import HEAD

__all__ = ["Change", "apply", "diff"]


class Change(NamedTuple):
    """One difference: at which path, the value before and after (None: nothing there).

    `kind` is `set` for a value, `added` and `removed` for an item of a list, `moved` for a list
    whose items stand in another order (old and new are then lists of item ids).
    """

    path: str
    old: Any
    new: Any
    kind: str = "set"


def diff(old: dict[str, Any] | None, new: dict[str, Any] | None) -> list[Change]:
    """List what changed from one version's data to the next, the head left out.

    Items are matched by their id. Lists of plain values count as one value.
    """
    before = {key: value for key, value in (old or {}).items() if key not in HEAD}
    after = {key: value for key, value in (new or {}).items() if key not in HEAD}
    return list(_mappings("", before, after))


def apply(data: dict[str, Any], changes: list[Change]) -> list[Change]:
    """Make the changes on other data, in place; give back those whose field had moved meanwhile.

    A change goes in only where the old value still stands, so nothing of anybody is overwritten.
    """
    return [change for change in changes if not _apply(data, change)]


def _apply(data: dict[str, Any], change: Change) -> bool:
    *way, last = change.path.split(".")
    here = _lead(data, way, change)
    if change.kind == "moved":
        return _reorder(_step(here, last), change)
    standing = _step(here, last)
    if standing != change.old:
        return change.new is not None and bool(standing == change.new)
    if isinstance(here, list):
        if change.kind == "added":
            here.append(copy.deepcopy(change.new))
        elif change.kind == "removed":
            here.remove(change.old)
        return change.kind in ("added", "removed")
    if not isinstance(here, dict):
        return False
    if change.new is None:
        here.pop(last, None)
    else:
        here[last] = copy.deepcopy(change.new)
    return True


def _lead(data: dict[str, Any], way: list[str], change: Change) -> Any:
    """Go to what holds the changed value, making what a new value needs; None: it is gone."""
    here: Any = data
    for depth, part in enumerate(way, 1):
        following = _step(here, part)
        if following is None and isinstance(here, dict) and change.old is None:
            following = _new_container(".".join(way[:depth]), change, is_last=depth == len(way))
            if following is not None:
                here[part] = following
        here = following
    return here


def _new_container(path: str, change: Change, *, is_last: bool) -> Any:
    """Give what is missing on the way to a change; None where that was an item which is gone."""
    if is_last and change.kind == "added":
        return []
    field, _ = load_model().locate(path)
    if field is not None:
        return None if field.kind == "items" else {}
    sections = load_model().sections
    return {} if any(s.key == path and not s.prefix for s in sections) else None


def _reorder(items: Any, change: Change) -> bool:
    if (
        not _is_items(items)
        or [item["id"] for item in items if item["id"] in change.old] != change.old
    ):
        return False
    rank = {item_id: place for place, item_id in enumerate(change.new)}
    items.sort(key=lambda item: rank.get(item["id"], len(rank)))
    return True


def _step(here: Any, part: str) -> Any:
    if isinstance(here, dict):
        return here.get(part)
    if _is_items(here):
        return next((item for item in here if item["id"] == part), None)
    return None


def _is_items(value: Any) -> bool:
    """Is this a list whose items each have an id of their own? In unknown fields it may not be."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return False
    ids = [item.get("id") for item in value]
    return all(isinstance(i, str) and i.isalnum() for i in ids) and len(set(ids)) == len(ids)


def _mappings(path: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for key in [*old, *(key for key in new if key not in old)]:
        yield from _values(f"{path}.{key}" if path else key, old.get(key), new.get(key))


def _values(path: str, old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old or {}, dict) and isinstance(new or {}, dict) and (old or new):
        yield from _mappings(path, old or {}, new or {})
    elif _is_items(old or []) and _is_items(new or []):
        yield from _items(path, old or [], new or [])
    else:
        yield Change(path, old, new)


def _items(path: str, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[Change]:
    before = {item["id"]: item for item in old}
    after = {item["id"]: item for item in new}
    for item_id, item in before.items():
        if item_id not in after:
            yield Change(f"{path}.{item_id}", item, None, "removed")
    for item_id, item in after.items():
        if item_id not in before:
            yield Change(f"{path}.{item_id}", None, item, "added")
        else:
            yield from _mappings(f"{path}.{item_id}", before[item_id], item)
    kept_before = [item_id for item_id in before if item_id in after]
    kept_after = [item_id for item_id in after if item_id in before]
    if kept_before != kept_after:
        yield Change(path, kept_before, kept_after, "moved")
