"""A place in a case that a form can stand at: a section, or an item of one of its lists."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

from store.model.case import Case
from store.model.fields import Field, Section, load_model

__all__ = ["Spot"]


class Spot(NamedTuple):
    """Where a form stands: what declares its fields, the section or list, and the item there.

    `item` is empty in a section that is no list, and in a list that has none.
    """

    holder: Section | Field
    path: str
    item: str = ""

    @classmethod
    def at(cls, path: str) -> Self:
        """Find the innermost spot on the way of a path, which may lead on to a field.

        Example:
            >>> Spot.at("proceedings.j1.instruments.w1.type")[1:]
            ('proceedings.j1.instruments', 'w1')
        """
        parts = path.split(".")
        spot = cls(load_model().section(parts[0]), parts[0])
        rest = parts[1:]
        if spot.is_list and rest:
            spot, rest = spot._replace(item=rest[0]), rest[1:]
        while rest:
            field = next((each for each in spot.holder.fields if each.key == rest[0]), None)
            if field is None or field.kind != "items":
                break
            item = rest[1] if len(rest) > 1 else ""
            spot, rest = cls(field, f"{spot.base}.{field.key}", item), rest[2:]
        return spot

    @property
    def is_list(self) -> bool:
        """Is it a list of items?"""
        return bool(self.holder.prefix)

    @property
    def base(self) -> str:
        """The path that the fields stand under."""
        return f"{self.path}.{self.item}" if self.item else self.path

    @property
    def section(self) -> str:
        """The key of the section."""
        return self.path.split(".")[0]

    @property
    def outer(self) -> Spot | None:
        """The item that this list stands in; None at the top."""
        return Spot.at(self.path.rpartition(".")[0]) if "." in self.path else None

    def settled(self, case: Case) -> Spot:
        """Give the same spot, or the nearest that is there: another item, or the item outside."""
        outer = self.outer
        if outer is not None and case.get(outer.base) is None:
            return outer.settled(case)
        ids = [item["id"] for item in self.items(case)]
        if self.is_list and self.item not in ids:
            return self._replace(item=ids[-1] if ids else "")
        return self

    def items(self, case: Case) -> list[dict[str, Any]]:
        """List the items that stand there."""
        return case.get(self.path) or [] if self.is_list else []
