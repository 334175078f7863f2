"""Members, compartments and the common rules: a row each, one under the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui.i18n import t
from tui.people import People
from tui.widgets.row_list import Column, RowList

__all__ = ["PeopleList", "PeopleRow"]

_POINTER_CELLS, _SIGN_CELLS, _NAME_CELLS, _WHAT_CELLS, _SINCE_CELLS = 1, 1, 18, 12, 12
_SIGNS = {"member": "●", "left": "○", "compartment": "▣", "rules": "§"}


class PeopleRow(NamedTuple):
    """What a row is about: `kind` is `member`, `left`, `compartment` or `rules`."""

    kind: str
    name: str


class PeopleList(RowList):
    """Those who belong first, then compartments and rules, those who left at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[PeopleRow] = []
        self._people: People | None = None

    @property
    def current(self) -> PeopleRow | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def show(self, people: People) -> None:
        """Show these people; the cursor stays on who or what it was on."""
        before = self.current
        policy = people.policy
        gone = sorted(h for h, member in policy.members.items() if member.left is not None)
        self.rows = [
            *(PeopleRow("member", handle) for handle in people.members),
            *(PeopleRow("compartment", name) for name in sorted(policy.compartments)),
            PeopleRow("rules", ""),
            *(PeopleRow("left", handle) for handle in gone),
        ]
        self._people = people
        self.rows_changed()
        self.point_at(before.name if before else people.handle or "")
        self.post_message(self.Pointed(self))

    def point_at(self, name: str) -> None:
        """Put the cursor on the row of a member or compartment, when there is one."""
        places = [place for place, row in enumerate(self.rows) if row.name == name]
        self.cursor = places[0] if places else min(self.cursor, max(0, len(self.rows) - 1))

    def count(self) -> int:
        """Give the number of rows."""
        return len(self.rows)

    def columns(self, place: int, width: int) -> Sequence[Column]:  # noqa: ARG002 - as in every list
        """Write a row: a sign, the name, what it is, what they read or who reads it, since when."""
        row = self.rows[place]
        name, what, more, since = self._texts(row)
        quiet = "quiet" if row.kind == "left" else ""
        return (
            (self.pointer(place), _POINTER_CELLS, "strong"),
            (_SIGNS[row.kind], _SIGN_CELLS, "quiet"),
            (name, _NAME_CELLS, quiet or "strong"),
            (what, _WHAT_CELLS, quiet),
            (more, 0, "quiet"),
            (since, _SINCE_CELLS, "quiet"),
        )

    def _texts(self, row: PeopleRow) -> tuple[str, str, str, str]:
        assert self._people is not None  # noqa: S101 - there are rows
        policy, comma = self._people.policy, t("header.comma")
        if row.kind == "rules":
            rules = t("members.rules_row", count=policy.threshold)
            return t("members.kind.rules"), "", rules, ""
        if row.kind == "compartment":
            key = t("members.key", epoch=policy.compartments[row.name].epoch)
            readers = comma.join(policy.readers(row.name))
            return row.name, t("members.kind.compartment"), readers, key
        member, since = policy.members[row.name], self._people.since.get(row.name)
        name = f"{row.name} ({t('members.you')})" if row.name == self._people.handle else row.name
        version = t("members.since_short", version=since.version) if since else ""
        if member.left is not None:
            return name, t("members.left"), t("members.left_at", version=member.left), version
        return name, t(f"history.role.{member.role}"), comma.join(member.compartments), version
