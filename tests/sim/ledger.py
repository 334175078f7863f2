"""What everybody wrote, and what must be there at the end: the oracle of the simulation.

Each edit writes a word that nobody ever wrote before. A word may go only by a change whose author
had it before their eyes; every other word has to stand in its case, or in its conflicts, for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count
from typing import NamedTuple

from store.model.case import Case
from store.model.shape import CONFLICTS

__all__ = ["NOTHING", "Broken", "Ledger", "Words", "words_in", "words_of"]

_WORD = re.compile(r"w\d{6}q")
_MOST = 60
"""Lines of a story."""


class Broken(AssertionError):
    """Something that must never happen; its text tells how it came about."""


class _Line(NamedTuple):
    number: int
    who: str
    what: str
    case_id: str


def words_in(text: str) -> set[str]:
    """Find the words in a text."""
    return set(_WORD.findall(text))


class Words(NamedTuple):
    """The words of a case: those that stand in its fields, and those kept in its conflicts."""

    standing: frozenset[str]
    kept: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Give all of them."""
        return self.standing | self.kept


def words_of(case: Case) -> Words:
    """Give the words that stand anywhere in a case, or in its conflicts."""
    fields = {key: value for key, value in case.data.items() if key != CONFLICTS}
    kept = _WORD.findall(repr(case.data.get(CONFLICTS)))
    return Words(frozenset(_WORD.findall(repr(fields))), frozenset(kept))


NOTHING = Words(frozenset(), frozenset())


class Ledger:
    """The log of a run: each word with the case it was written to, and how it may have gone."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._lines: list[_Line] = []
        self.written: dict[str, tuple[str, str]] = {}
        """By word: its case, and who wrote it."""
        self.gone: dict[str, int] = {}
        """By word: at which line somebody took it away, having seen it."""
        self.now = 0

    def word(self) -> str:
        """Make a word."""
        return f"w{next(self._numbers):06}q"

    def note(self, who: str, what: str, case_id: str = "") -> None:
        """Write down what somebody did."""
        self._lines.append(_Line(self.now, who, what, case_id))

    def change(
        self, who: str, case_id: str, before: Words, after: Words, *, loses: bool = True
    ) -> None:
        """Take in what a change of a case did to its words.

        Who replaces what stands in a field has seen it, also where a conflict still keeps it.
        """
        taken = before.all - after.all
        if taken and not loses:
            self.fail(f"{who}: a change that takes nothing away lost {sorted(taken)}", case_id)
        for word in taken | (before.standing - after.standing):
            self.gone.setdefault(word, self.now)
        for word in after.all - before.all - self.written.keys():
            self.written[word] = (case_id, who)

    def missing(self, words: Iterable[str], found: frozenset[str]) -> list[str]:
        """List those of some words that must be among those found and are not."""
        return sorted(set(words) - found - self.gone.keys())

    def words_in(self, case_id: str) -> set[str]:
        """Give all words that were ever written to a case."""
        return {word for word, (where, _) in self.written.items() if where == case_id}

    def fail(self, what: str, case_id: str = "", words: Iterable[str] = ()) -> None:
        """Tell what went wrong, and the story of the case it went wrong with."""
        raise Broken("\n".join([what, *self.story(case_id, set(words))]))

    def story(self, case_id: str, words: set[str]) -> list[str]:
        """Give the lines that matter: of one case from where the words were written, and syncs."""
        lines = [line for line in self._lines if not case_id or line.case_id in ("", case_id)]
        own = [line for line in lines if line.case_id or not case_id]
        people = {line.who for line in own}
        first = next(
            (n for n, line in enumerate(lines) if words & set(_WORD.findall(line.what))), 0
        )
        start = lines[first].number - 1 if lines else 0
        base = [line for line in own if line.number <= start][-8:]
        told = [line for line in lines if line.number > start and line.who in people]
        told = [*base, *told[: _MOST // 2], *told[max(_MOST // 2, len(told) - _MOST // 2) :]]
        return [f"  {line.number:5} {line.who:6} {line.what}" for line in told]
