"""How large and how often: a full run, or a quick one that only shows that all of it works."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["FULL", "QUICK", "Scale"]


class Scale(NamedTuple):
    """Cases of the usual and the large repository, commits of the history, commits git checks."""

    cases: int
    many_cases: int | None
    commits: int
    sample: int
    most_rounds: int

    @property
    def sizes(self) -> tuple[int, ...]:
        """The repositories of those rows that name two."""
        return (self.cases, self.many_cases) if self.many_cases else (self.cases,)

    def rounds_of(self, wanted: int) -> int:
        """Give the number of rounds where a full run wants so many."""
        return min(wanted, self.most_rounds)


FULL = Scale(10_000, 100_000, 10_000, 300, 1_000)
QUICK = Scale(1_000, None, 1_000, 50, 2)
