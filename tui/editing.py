"""One case being edited: a copy to change by path, and every step of it to undo and redo."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Self

from store.errors import Refused
from store.joined import keep_locked
from store.model.case import Case
from store.model.check import Problem, check
from store.model.diff import Change, apply, diff
from store.model.fields import Field, load_model

__all__ = ["Editing", "Step"]

PAUSE_SECONDS = 1.5
"""Typing in one field without a longer pause is one step to undo."""


class Step(NamedTuple):
    """One change of the document: at which field or list, and its whole value before and after."""

    path: str
    old: Any
    new: Any


class Editing:
    """A case on the desk: what it was, what it is now, and how it came there.

    Nothing here knows of a screen. Values may be wrong or half typed; `errors` says so.

    Example:
        >>> editing = Editing(Case.empty("0123456789abcdef0123", "main"))
        >>> editing.set("overview.title", "Forced return")
        >>> editing.undo()
        'overview.title'
        >>> editing.is_changed
        False
    """

    def __init__(
        self,
        original: Case,
        *,
        suggested: Mapping[str, Any] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.original = original
        self.case = original.copy()
        for path, value in (suggested or {}).items():
            self.case.set(path, value)
        self._begun = self.case.copy()
        self.why = ""
        """The reason, as far as it has been written."""
        self._undo: list[Step] = []
        self._redo: list[Step] = []
        self._clock = clock
        self._typed_at = float("-inf")

    @classmethod
    def resume(cls, unsaved: bytes) -> Self:
        """Go on from what `keep` gave; the steps to undo are gone."""
        kept = json.loads(unsaved)
        closed = tuple(kept["closed"])
        editing = cls(Case(kept["original"], closed=closed))
        editing.case, editing.why = Case(kept["case"], closed=closed), kept["why"]
        editing._begun = Case(kept["begun"], closed=closed)
        return editing

    def keep(self) -> bytes:
        """Give all that was typed, as JSON."""
        kept = {"original": self.original.data, "begun": self._begun.data, "why": self.why}
        closed = list(self.original.closed)
        kept |= {"case": self.case.data, "closed": closed}
        # Escaped, Arabic would take three times the room; half a character may have been typed.
        return json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass")

    # -- changing --------------------------------------------------------------------------

    def get(self, path: str) -> Any:
        """Give the value at a path, as it stands now."""
        return self.case.get(path)

    def set(self, path: str, value: Any) -> None:
        """Put a value at the path of a field; typing on in one field stays one step."""
        old = copy.deepcopy(self.get(path))
        self.case.set(path, value)
        new = copy.deepcopy(self.get(path))
        if new == old:
            return
        last = self._undo[-1] if self._undo else None
        now = self._clock()
        if last and last.path == path and now - self._typed_at < PAUSE_SECONDS:
            self._undo[-1] = last._replace(new=new)
            self._redo.clear()
        else:
            self._push(Step(path, old, new))
        self._typed_at = now

    def add(self, path: str) -> str:
        """Append an empty item to the list at a path and give its id."""
        old = copy.deepcopy(self.get(path))
        item_id = self.case.add(path, {})
        self._push(Step(path, old, copy.deepcopy(self.get(path))))
        return item_id

    def remove(self, path: str) -> None:
        """Take an item out of its list."""
        items = path.rpartition(".")[0]
        old = copy.deepcopy(self.get(items))
        self.case.remove(path)
        self._push(Step(items, old, copy.deepcopy(self.get(items))))

    def move(self, path: str, by: int) -> None:
        """Bring an item up (-1) or down (+1) in its list; at either end it stays."""
        items, _, item_id = path.rpartition(".")
        old = copy.deepcopy(self.get(items))
        place = [item["id"] for item in old].index(item_id) + by
        if 0 <= place < len(old):
            self.case.move(path, place)
            self._push(Step(items, old, copy.deepcopy(self.get(items))))

    # -- undo ------------------------------------------------------------------------------

    def end_step(self) -> None:
        """Make what is typed next a step of its own: when another field gets the focus."""
        self._typed_at = float("-inf")

    def undo(self) -> str | None:
        """Take the last step back and give its path; None when there is none."""
        if not self._undo:
            return None
        step = self._undo.pop()
        self._redo.append(step)
        self._put(step.path, step.old)
        return step.path

    def redo(self) -> str | None:
        """Do the step that was undone last once more and give its path; None when there is none."""
        if not self._redo:
            return None
        step = self._redo.pop()
        self._undo.append(step)
        self._put(step.path, step.new)
        return step.path

    def _push(self, step: Step) -> None:
        self._undo.append(step)
        self._redo.clear()
        self.end_step()

    def _put(self, path: str, value: Any) -> None:
        self.end_step()
        if "." in path:
            self.case.set(path, copy.deepcopy(value))
        elif value:
            self.case.data[path] = copy.deepcopy(value)
        else:
            self.case.data.pop(path, None)

    # -- the result ------------------------------------------------------------------------

    @property
    def is_changed(self) -> bool:
        """Has a person changed anything? What was only suggested does not count."""
        return bool(self.edits())

    def edits(self) -> list[Change]:
        """List what a person has changed: what would be lost."""
        return diff(self._begun.data, self.document())

    def changes(self) -> list[Change]:
        """List what differs from the case as it was; items left empty do not count."""
        return diff(self.original.data, self.document())

    def document(self) -> dict[str, Any]:
        """Give the data to save: without the new items in which nothing was written."""
        data = copy.deepcopy(self.case.data)
        for section in load_model().sections:
            if section.prefix:
                _drop_empty(data, section.key, section.fields, self.original.get(section.key))
        return data

    def errors(self) -> list[Problem]:
        """List what keeps the case from being saved: errors that did not stand there before."""
        before = check(self.original.data)
        return [p for p in self.problems() if p.severity == "error" and p not in before]

    def problems(self) -> list[Problem]:
        """List everything that is wrong or missing."""
        return check(self.document())

    def rebase(self, latest: Case) -> list[Change]:
        """Put these edits onto a version that somebody saved meanwhile.

        Gives back the changes that meet a change of the other, with `old` the other's value. What
        was typed stands, and saving again means it; an item that the other has changed is not
        removed.
        """
        merged = latest.copy()
        clashes = apply(merged.data, self.changes())
        for change in clashes:
            if change.kind == "set":
                _insist(merged, change.path, self.case)
        self.original, self._begun, self.case = latest, latest, merged
        self._undo.clear()
        self._redo.clear()
        return [change._replace(old=latest.get(change.path)) for change in clashes]

    def catch_up(self, latest: Case) -> bool:
        """Put these edits onto a newer version where nothing of them meets a change of another.

        Says whether it did. What meets one is left for the save, which shows both.
        """
        changes = self.changes()
        try:
            keep_locked(latest, changes)
        except Refused:  # somebody has sealed what was edited
            return False
        if apply(latest.copy().data, changes):
            return False
        self.rebase(latest)
        return True


def _drop_empty(
    holder: dict[str, Any], key: str, fields: tuple[Field, ...], before: list[Any] | None
) -> None:
    """Take the items out of a list that hold nothing but their id and did not stand there."""
    kept = [item["id"] for item in before or ()]
    inner = [field for field in fields if field.kind == "items"]
    for item in holder.get(key, ()):
        old: dict[str, Any] = next((i for i in before or () if i["id"] == item["id"]), {})
        for field in inner:
            _drop_empty(item, field.key, field.fields, old.get(field.key))
    items = [item for item in holder.get(key, ()) if len(item) > 1 or item["id"] in kept]
    if items:
        holder[key] = items
    else:
        holder.pop(key, None)


def _insist(merged: Case, path: str, mine: Case) -> None:
    """Put my value at a path; what the other took away on the way there comes back."""
    *way, last = path.split(".")
    here: Any = merged.data
    for depth, part in enumerate(way, 1):
        reached = ".".join(way[:depth])
        if merged.get(reached) is None:
            back = copy.deepcopy(mine.get(reached))
            if isinstance(here, list):
                here.append(back)
            else:
                here[part] = back
            return
        here = merged.get(reached)
    if mine.get(path) is None:
        here.pop(last, None)
    else:
        here[last] = copy.deepcopy(mine.get(path))
