"""What all operations of the simulation share: whom and what chance chooses, and the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random

from store.errors import Sealed
from store.history import case_history
from store.model.case import Case
from tests.sim.edits import Skip
from tests.sim.ledger import Ledger, Words, words_of
from tests.sim.search import all_words, where_lost
from tests.sim.team import PEOPLE, Seat, Team

__all__ = ["Desk"]


class Desk:
    """The team, chance, and the ledger of what everybody did."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.rng = Random(seed)  # noqa: S311 - it must be possible to play it again
        self.ledger = Ledger()
        self.counts: Counter[str] = Counter()
        self.team = Team(folder, {who: self.rng.randint(-600, 600) for who in PEOPLE})
        self.unsent: dict[str, dict[str, set[str]]] = {who: {} for who in PEOPLE}
        """What somebody wrote since their last sync: words, by case."""

    # -- choosing --------------------------------------------------------------------------

    def files(self, seat: Seat) -> list[str]:
        """List the parts of cases in what this member may read and write."""
        names = {name for name in ("main", "witness") if seat.vault.may_write(name)}
        files = seat.vault.files(seat.vault.tree(seat.vault.tip))
        return [path for path in files if path.split("/")[1] in names]

    def some_case(self, seat: Seat) -> str:
        """Choose a case that has its home where this member may write; some oftener than others."""
        ids = sorted({path[-24:-4] for path in self.files(seat)})
        few = ids[: max(1, len(ids) // 4)] if self.rng.random() < 0.5 else []
        for case_id in self.shuffled(few) + self.shuffled(ids):
            if seat.vault.may_write(self.read(seat, case_id).compartment):
                return case_id
        raise Skip

    def own_case(self, seat: Seat, compartment: str = "") -> tuple[str, Case]:
        """Choose a case all of which can be opened here."""
        case_id = self.some_case(seat)
        case = self.read(seat, case_id)
        if case.closed or (compartment and case.compartment != compartment):
            raise Skip
        return case_id, case

    def read(self, seat: Seat, case_id: str) -> Case:
        return seat.vault.get(case_id)

    def must_hold_witness(self, seat: Seat) -> None:
        if not seat.vault.may_write("witness"):
            raise Skip

    def one(self, found: list[str]) -> str:
        if not found:
            raise Skip
        return self.rng.choice(found)

    def shuffled(self, found: Iterable[str]) -> list[str]:
        listed = sorted(found)
        self.rng.shuffle(listed)
        return listed

    # -- noting ----------------------------------------------------------------------------

    def moved(self, seat: Seat, case_id: str, before: Case, said: str) -> None:
        after = self.read(seat, case_id)
        self.ledger.note(seat.who, said, case_id)
        self.ledger.change(seat.who, case_id, words_of(before), words_of(after), loses=False)

    def changed(self, seat: Seat, case_id: str, said: str, before: Words, after: Words) -> None:
        self.ledger.note(seat.who, f"{case_id[:6]} {said}", case_id)
        self.ledger.change(seat.who, case_id, before, after)
        self.unsent[seat.who].setdefault(case_id, set()).update(after.all - before.all)

    # -- looking ---------------------------------------------------------------------------

    def look(self, seat: Seat, case_id: str, words: Iterable[str]) -> None:
        """Look whether a member still has these words, in a case that is open to them."""
        try:
            is_open = not seat.vault.get(case_id).closed
        except Sealed:
            return
        if is_open:
            self.must_have(seat, "after meeting", case_id, words)

    def known_words(self, seat: Seat, case_id: str) -> set[str]:
        """Give the words of a case in its last two versions, as this member reads them."""
        versions = case_history(seat.vault, case_id)[1:3]
        return {w for v in versions for w in all_words(seat.vault, case_id, v.commit)}

    def must_have(self, seat: Seat, when: str, case_id: str, words: Iterable[str]) -> None:
        """Make sure that no word is lost; else tell in which commit it was lost, and the story."""
        lost = self.ledger.missing(words, all_words(seat.vault, case_id))
        if lost:
            who = ", ".join(f"{word} of {self.ledger.written[word][1]}" for word in lost)
            told = [f"{when}, {seat.who} misses in case {case_id[:6]}: {who}"]
            told += where_lost(seat, case_id, lost[0])
            self.ledger.fail("\n".join(told), case_id, lost)
