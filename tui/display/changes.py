"""A path and a change in words: which field of which item, its value before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from store.model.diff import Change
from store.model.fields import Field, Section, load_model
from store.model.parts import PSEUDONYM, SEALED
from tui.display.values import View, item_title, value_text
from tui.i18n import label, t

__all__ = ["ChangeText", "change_text", "conflict_place", "path_text"]

ARROW = " › "


class ChangeText(NamedTuple):
    """One change as a person reads it; `old` or `new` is empty where there was or is nothing."""

    where: str
    old: str
    new: str
    kind: str


def path_text(path: str, view: View) -> str:
    """Say where a path leads: `people.p3.name.ar` is "People › V-03 › Name › Arabic"."""
    return ARROW.join(_steps(path, view))


def conflict_place(path: str, view: View) -> str:
    """Name what a conflict is about: a field, an item, or where the case is, or the case."""
    known = {"": "whole", "compartment": "compartment"}
    return t(f"conflicts.{known[path]}") if path in known else path_text(path, view)


def change_text(change: Change, old: View, new: View) -> ChangeText:
    """Say a change in words: items by their title, values as their field is written."""
    view = old if change.kind == "removed" else new
    if change.kind == "conflict":
        path = str((change.new or change.old)["path"])
        return ChangeText(conflict_place(path, view), "", _conflict(change), "conflict")
    where = path_text(change.path, view)
    if change.kind == "moved":
        return ChangeText(where, _order(change.old, change.path, old), t("case.moved"), "moved")
    field = load_model().field(change.path)
    if change.kind in ("added", "removed"):
        *_, item_id = change.path.split(".")
        where = path_text(change.path.removesuffix(f".{item_id}"), view)
        holder = field or load_model().section(change.path.split(".")[0])
        old_title = item_title(holder, change.old, old) if change.old else ""
        new_title = item_title(holder, change.new, new) if change.new else ""
        return ChangeText(where, old_title, new_title, change.kind)
    return ChangeText(
        where,
        _value(field, change.path, change.old, old),
        _value(field, change.path, change.new, new),
        "set",
    )


def _conflict(change: Change) -> str:
    """Say that a conflict came, got another value, or is settled."""
    if change.new is None:
        return t("conflicts.settled")
    return t(
        "conflicts.came" if change.old is None else "conflicts.grown",
        count=len(change.new["values"]),
    )


def _value(field: Field | None, path: str, value: Any, view: View) -> str:
    """Write a value, or the part of a name or place that the path leads to."""
    if value is None:
        return ""
    if field is not None and path.endswith(f".{field.key}"):
        return value_text(field, value, view)
    return str(value)


def _order(ids: Sequence[str], path: str, view: View) -> str:
    """List items by title, in the order of their ids."""
    model = load_model()
    holder = model.field(path) or model.section(path)
    items = {item["id"]: item for item in _reach(view.data, path.split("."))[-1] or ()}
    return t("header.comma").join(item_title(holder, items[item_id], view) for item_id in ids)


def _steps(path: str, view: View) -> list[str]:
    parts = path.split(".")
    model = load_model()
    if parts[0] not in {section.key for section in model.sections}:
        return parts
    holder: Section | Field = model.section(parts[0])
    texts, reached = [label(holder.labels)], _reach(view.data, parts)
    for part, value in zip(parts[1:], reached[1:], strict=True):
        inner = next((field for field in holder.fields if field.key == part), None)
        if inner is not None:
            texts.append(label(inner.labels))
            holder = inner
        elif isinstance(value, Mapping) and "id" in value:
            texts.append(item_title(holder, value, view))
        else:
            texts.append(_part(holder, part))
    return texts


def _reach(data: Any, parts: Sequence[str]) -> list[Any]:
    """Give what stands at each step of a path; None from where nothing stands."""
    reached = []
    for part in parts:
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list):
            data = next((i for i in data if isinstance(i, Mapping) and i.get("id") == part), None)
        else:
            data = None
        reached.append(data)
    return reached


_MARKS = {SEALED: "into", PSEUDONYM: "pseudonym"}


def _part(holder: Section | Field, part: str) -> str:
    """Name a part of a name or of a place; an id or an unknown key stays as it is."""
    if isinstance(holder, Field) and holder.kind in ("name", "place"):
        return t(f"case.part.{part}")
    if isinstance(holder, Section) and part in _MARKS:
        return t(f"case.sealed.{_MARKS[part]}")
    return part
