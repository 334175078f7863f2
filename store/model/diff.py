"""What differs between two versions of a case, field by field, and putting it onto a third."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

from store.model.fields import load_model
from store.model.shape import CONFLICTS, HEAD, is_items

__all__ = ["Change", "apply", "diff"]


class Change(NamedTuple):
    """One difference: at which path, the value before and after (None: nothing there).

    `kind` is `set` for a value, `added` and `removed` for an item of a list, `moved` for a list
    whose items stand in another order (old and new are then lists of item ids), `conflict` for a
    conflict that came, is settled, or got another value (its path is `conflicts` and its id).
    """

    path: str
    old: Any
    new: Any
    kind: str = "set"


def diff(old: dict[str, Any] | None, new: dict[str, Any] | None) -> list[Change]:
    """List what changed from one version's data to the next, the head left out.

    Items are matched by their id. Lists of plain values count as one value.
    """
    apart = (*HEAD, CONFLICTS)
    before = {key: value for key, value in (old or {}).items() if key not in apart}
    after = {key: value for key, value in (new or {}).items() if key not in apart}
    return [*_mappings("", before, after), *_conflicts(old or {}, new or {})]


def apply(data: dict[str, Any], changes: list[Change]) -> list[Change]:
    """Make the changes on other data, in place; give back those whose field had moved meanwhile.

    A change goes in only where the old value still stands, so nothing of anybody is overwritten.
    """
    return [change for change in changes if not _apply(data, change)]


def _apply(data: dict[str, Any], change: Change) -> bool:
    if change.kind == "conflict":
        return _apply_conflict(data, change)
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


def _apply_conflict(data: dict[str, Any], change: Change) -> bool:
    found = {one["id"]: one for one in data.get(CONFLICTS) or ()}
    key = change.path.partition(".")[2]
    standing = found.pop(key, None)
    if standing != change.old:
        return bool(standing == change.new)
    if change.new is not None:
        found[key] = copy.deepcopy(change.new)
    data[CONFLICTS] = sorted(found.values(), key=lambda one: str(one["path"]))
    if not found:
        del data[CONFLICTS]
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
        not is_items(items)
        or [item["id"] for item in items if item["id"] in change.old] != change.old
    ):
        return False
    rank = {item_id: place for place, item_id in enumerate(change.new)}
    items.sort(key=lambda item: rank.get(item["id"], len(rank)))
    return True


def _step(here: Any, part: str) -> Any:
    if isinstance(here, dict):
        return here.get(part)
    if is_items(here):
        return next((item for item in here if item["id"] == part), None)
    return None


def _conflicts(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    before, after = ({one["id"]: one for one in data.get(CONFLICTS) or ()} for data in (old, new))
    for key in [*before, *(key for key in after if key not in before)]:
        if before.get(key) != after.get(key):
            yield Change(f"{CONFLICTS}.{key}", before.get(key), after.get(key), "conflict")


def _mappings(path: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for key in [*old, *(key for key in new if key not in old)]:
        yield from _values(f"{path}.{key}" if path else key, old.get(key), new.get(key))


def _values(path: str, old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old or {}, dict) and isinstance(new or {}, dict) and (old or new):
        yield from _mappings(path, old or {}, new or {})
    elif is_items(old or []) and is_items(new or []):
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
