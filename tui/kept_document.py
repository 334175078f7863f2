"""A document being edited, as it is kept over a lock or as a draft, and brought up to date."""

from __future__ import annotations

import json
from typing import NamedTuple, Self

from store.errors import BadFormat
from store.model.case import Case
from tui.editing import Editing

__all__ = ["KeptDocument"]


class KeptDocument(NamedTuple):
    """The edits; at which path somebody was; whether it is new, and its save was asked about."""

    editing: Editing
    at: str
    is_new: bool
    is_asking: bool

    @classmethod
    def load(cls, text: bytes) -> Self:
        """Read what `dump` gave.

        Raises:
            BadFormat: it is something else.
        """
        try:
            kept = json.loads(text)
            editing = Editing.resume(kept["editing"].encode("utf-8", "surrogatepass"))
            return cls(editing, kept["at"], kept["new"], kept["asking"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadFormat("this draft cannot be read") from None

    def dump(self) -> bytes:
        """Give all of it, as JSON."""
        edits = self.editing.keep().decode("utf-8", "surrogatepass")
        kept = {"editing": edits, "at": self.at, "new": self.is_new, "asking": self.is_asking}
        return json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass")

    def caught_up(self, latest: Case) -> Self:
        """Give it on the version that stands in the repository now; as it is where both clash.

        A new case that stands there already was saved in the moment when the program ended.
        """
        if self.editing.original.data == latest.data or not self.editing.catch_up(latest):
            return self
        return self._replace(is_new=False)
