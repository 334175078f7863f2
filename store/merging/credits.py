"""Who gave a field the value that it has on one side, and when: found in that side's versions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from store.model.case import Case
from store.model.merge import Side
from store.repo import commit as commits
from store.repo.trees import differences, find
from store.trust.paths import parse_path

if TYPE_CHECKING:
    from store.merging import meeting as meetings

__all__ = ["Credits"]

Data = dict[str, Any]


class Credits:
    """The versions that each side has made since the two parted, looked up only when asked for."""

    def __init__(self, meeting: meetings.Meeting) -> None:
        self._meeting = meeting
        self._touched: dict[str, dict[str, list[str]]] = {}

    def side(self, side: meetings.Side, case_id: str, case: Case | None) -> Side:
        """Give one side of a case, with who changed it last, and whom to ask about one field."""
        if case is None:
            commit = next(iter(self._commits(side, case_id)), None)
            return Side(None, *(self._author(commit) if commit else ("", "")))
        last = case.changed
        return Side(case.data, last.by, last.at, self._asked(side, case_id, case))

    def _asked(
        self, side: meetings.Side, case_id: str, case: Case
    ) -> Callable[[str], tuple[str, str]]:
        """Say who gave a field its value, and when: the newest version in which it was new."""

        def credit(path: str) -> tuple[str, str]:
            value = value_at(case.data, path)
            for commit in self._commits(side, case_id):
                parents = commits.parse(self._meeting.objects.read(commit)[1]).parents
                if self._value(case_id, commit, path) == value and all(
                    self._value(case_id, parent, path) != value for parent in parents
                ):
                    return self._author(commit)
            return case.changed.by, case.changed.at

        return credit

    def _commits(self, side: meetings.Side, case_id: str) -> Sequence[str]:
        """Give the commits of a side that changed a case, the newest first."""
        if side not in self._touched:
            touched: dict[str, list[str]] = {}
            self._touched[side] = touched
            for commit in self._meeting.line(side).own:
                for changed in self._cases(commit):
                    touched.setdefault(changed, []).append(commit)
        return self._touched[side].get(case_id, ())

    def _cases(self, commit: str) -> Iterator[str]:
        objects = self._meeting.objects
        parsed = commits.parse(objects.read(commit)[1])
        trees = [parsed.tree, *(self._meeting.vault.tree(one) for one in parsed.parents[:1])]
        new, *old = (find(objects, tree, "cases") for tree in trees)
        paths = [path for path, _ in differences(objects, old[0] if old else None, new, "cases/")]
        yield from dict.fromkeys(place.id for path in paths if (place := parse_path(path)))

    def _value(self, case_id: str, commit: str, path: str) -> Any:
        meeting = self._meeting
        case = meeting.opener.case(
            case_id, meeting.places(meeting.vault.tree(commit), case_id).parts
        )
        return value_at(case.data, path) if case else None

    def _author(self, commit: str) -> tuple[str, str]:
        parsed = commits.parse(self._meeting.objects.read(commit)[1])
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(parsed.time))
        return parsed.author, at


def value_at(data: Data | None, path: str) -> Any:
    """Give what stands at a dotted path, None where nothing does; the empty path is the whole."""
    here: Any = data
    for step in path.split(".") if path else ():
        if isinstance(here, dict):
            here = here.get(step)
        elif isinstance(here, list):
            here = next((i for i in here if isinstance(i, dict) and i.get("id") == step), None)
        else:
            return None
    return here
