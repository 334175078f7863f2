"""The conflicts of one case on the desk: what each could be, and what was chosen so far."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from store.model.case import Case
from store.model.conflict import Conflict, Mark, conflicts
from store.resolving import Decision, standing

__all__ = ["BASE", "GONE", "KEEP", "OWN", "Deciding", "Option"]

KEEP, BASE, OWN, GONE = "0", "b", "e", "d"
"""The keys of what is no value of a side."""


class Option(NamedTuple):
    """One thing that could stand: what chooses it, and who had it when; None is nothing."""

    key: str
    value: Any
    by: str = ""
    at: str = ""
    is_standing: bool = False


class Deciding:
    """A case with conflicts, and a choice for some of them. Nothing here knows of a screen."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.conflicts: tuple[Conflict, ...] = conflicts(case.data)
        self.chosen: dict[str, Option] = {}
        """What was chosen, by path, in the order in which it was."""
        self.why = ""
        """The reason, as far as it has been written."""

    def options(self, conflict: Conflict) -> list[Option]:
        """Give what could stand: the base, each side's value, what stands, and what was chosen."""
        stands = standing(self.case, conflict)
        found = list(self._sides(conflict, stands))
        if not any(option.is_standing for option in found):
            found.append(Option(KEEP, stands, is_standing=True))
        if conflict.base is not None:
            found.insert(0, Option(BASE, conflict.base, is_standing=conflict.base == stands))
        chosen = self.chosen.get(conflict.path)
        if chosen is not None and chosen.key not in {option.key for option in found}:
            found.append(chosen)
        return found

    def _sides(self, conflict: Conflict, stands: Any) -> Iterator[Option]:
        for number, side in enumerate(conflict.values, 1):
            value = side.value
            if isinstance(value, Mark):
                value = stands if value is Mark.HERE else None
            yield Option(str(number), value, side.by, side.at, value == stands)

    def choose(self, conflict: Conflict, key: str) -> bool:
        """Choose an option by its key; say whether there is one."""
        options = {option.key: option for option in self.options(conflict)}
        if key == GONE:
            option: Option | None = Option(GONE, None)
        elif key == KEEP:
            option = next(option for option in options.values() if option.is_standing)
        else:
            option = options.get(key) if key != OWN else None
        if option is None:
            return False
        self._put(conflict, option)
        return True

    def write(self, conflict: Conflict, value: Any) -> None:
        """Choose a value of one's own; the same as an option is that one."""
        same = next((o for o in self.options(conflict) if o.key != OWN and o.value == value), None)
        self._put(conflict, same or Option(OWN, value))

    def undo(self) -> str | None:
        """Take the last choice back and give its path; None when there is none."""
        return self.chosen.popitem()[0] if self.chosen else None

    def decisions(self) -> list[Decision]:
        """Give what was chosen, each with the conflict as it was seen."""
        return [
            Decision(conflict, standing(self.case, conflict), self.chosen[conflict.path].value)
            for conflict in self.conflicts
            if conflict.path in self.chosen
        ]

    def renew(self, case: Case) -> list[str]:
        """Take in a newer version; give the paths of choices that hold no more."""
        before = self._seen()
        self.case, self.conflicts = case, conflicts(case.data)
        return self._drop_unless(before)

    def keep(self) -> bytes:
        """Give all that was chosen, as JSON."""
        chosen = {path: list(option) for path, option in self.chosen.items()}
        return json.dumps({"chosen": chosen, "seen": self._seen(), "why": self.why}).encode()

    def resume(self, kept: bytes) -> list[str]:
        """Go on from what `keep` gave; give the paths of choices that hold no more."""
        found = json.loads(kept)
        self.why = found["why"]
        self.chosen = {path: Option(*option) for path, option in found["chosen"].items()}
        return self._drop_unless(found["seen"])

    def _put(self, conflict: Conflict, option: Option) -> None:
        self.chosen.pop(conflict.path, None)
        self.chosen[conflict.path] = option

    def _seen(self) -> dict[str, str]:
        """Write down what is seen of each conflict, to know it again."""
        return {
            one.path: json.dumps([one.values, standing(self.case, one)], default=str)
            for one in self.conflicts
        }

    def _drop_unless(self, before: Mapping[str, str]) -> list[str]:
        now = self._seen()
        gone = [path for path in self.chosen if now.get(path, "") != before.get(path)]
        for path in gone:
            del self.chosen[path]
        return gone
