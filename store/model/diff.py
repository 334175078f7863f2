"""What differs between two versions of a case, field by field, and putting it onto a third."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

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
    here: Any = data
    for part in way:
        following = _step(here, part)
        if following is None and isinstance(here, dict) and change.old is None:
            following = here[part] = [] if change.kind == "added" and part == way[-1] else {}
        here = following
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
    return isinstance(value, list) and all(isinstance(i, dict) and "id" in i for i in value)


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
