"""A team at work: random operations in random copies, syncs among them, and what must hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from store.errors import Refused, StoreError
from store.model.conflict import conflicts
from store.remote.bundle import export_bundle, import_bundle
from store.remote.sync import Synced, sync
from tests.sim.edits import Skip
from tests.sim.search import parts_of
from tests.sim.team import ADMINS, PEOPLE, Seat
from tests.sim.works import Works

__all__ = ["Play"]

_ROUNDS = 8
"""So often at most does everybody sync in the end until all have the same."""


class Play(Works):
    """One run, made by a seed: the same seed makes the same choices."""

    def __init__(
        self, folder: Path, seed: int, *, is_together: bool = False, without: Iterable[str] = ()
    ) -> None:
        super().__init__(folder, seed)
        self._is_together = is_together
        self._work = {work: n for work, n in _WORK.items() if work.__name__ not in without}
        self._away: dict[str, int] = {}
        """Who is offline, and up to which operation."""
        for _ in range(4):
            self.new(self.team.seats["nour"])
        for seat in self.team.seats.values():
            self._meet(seat)

    # -- the run ---------------------------------------------------------------------------

    def run(self, operations: int, go_on: Callable[[], bool] = lambda: True) -> None:
        """Do so many operations, or until told to stop; then let all meet, and look at it."""
        names = tuple(PEOPLE)
        for _ in range(operations):
            if not go_on():
                break
            self.ledger.now += 1
            self.team.now += self.rng.randint(1, 7200)
            seat = self.team.seats[self.rng.choice(names)]
            if self._is_together:
                self._meet(seat)
            self._do(seat)
            if self._is_together:
                self._meet(seat)
        self.finish()

    def _do(self, seat: Seat) -> None:
        """Do something; where there is nothing to do it to, edit a case, or make one."""
        chosen = self.rng.choices(list(self._work), list(self._work.values()))[0]
        for work in (chosen, Play.edit, Play.new):
            try:
                work(self, seat)
            except Skip:
                continue
            except StoreError as error:
                self.ledger.fail(f"{seat.who}: {work.__name__}: {type(error).__name__}: {error}")
            self.counts[work.__name__] += 1
            return

    def finish(self) -> None:
        """Let all sync until nobody has anything new; hold what is there against the ledger."""
        self._away.clear()
        for turn in range(_ROUNDS):
            self.ledger.now += 1
            for seat in self.team.seats.values():
                self._meet(seat)
            tips = {seat.vault.tip for seat in self.team.seats.values()}
            if tips == {self.team.remote.head()}:
                break
            if turn == _ROUNDS - 1:
                self.ledger.fail(f"after {turn + 1} rounds there are still {len(tips)} tips")
        self._check_end()

    def sync(self, seat: Seat) -> None:
        if self._away.get(seat.who, 0) > self.ledger.now:
            raise Skip
        self._meet(seat)

    def go_away(self, seat: Seat) -> None:
        self._away[seat.who] = self.ledger.now + self.rng.randint(20, 120)
        self.ledger.note(seat.who, f"offline until {self._away[seat.who]}")

    def hand_stick(self, seat: Seat) -> None:
        """Carry everything to somebody else on a stick."""
        other = self.team.seats[self.rng.choice([who for who in PEOPLE if who != seat.who])]
        path = self.team.folder / "stick.bundle"
        export_bundle(seat.vault, str(path), replace=True)
        before, how = other.vault.tip, f"stick of {seat.who}"
        try:
            found = import_bundle(other.vault, str(path))
        except Refused as error:
            found = Synced(path.name, "needs_you", error=error)
        self._take(other, found, how, before)

    def settle(self, seat: Seat) -> None:
        seat.vault.settle()

    # -- meeting ---------------------------------------------------------------------------

    def _meet(self, seat: Seat) -> None:
        before = seat.vault.tip
        if self._take(seat, sync(seat.vault), "sync", before):
            self.unsent[seat.who].clear()

    def _take(self, seat: Seat, found: Synced, how: str, before: str) -> bool:
        """Look at what a sync did: nobody may have lost what they had; say whether it got through.

        Who is no admin waits for one when both lines have changed the policy.
        """
        merged, fetched = found.merged, found.fetched
        state = f"{how}: {fetched.state if fetched else '-'}, {found.state}"
        if merged is not None:
            state += f", merged {len(merged.cases)} cases, {merged.conflicts} conflicts"
            state += f", blind {len(merged.blind)}" if merged.blind else ""
            self.counts["merges"] += merged.state == "merged"
            self.counts["conflicts"] += merged.conflicts
            self.counts["blind"] += len(merged.blind)
        state += f" {before[:7]}→{seat.vault.tip[:7]}"
        self.ledger.note(seat.who, state)
        if seat.who not in ADMINS and str(found.error).startswith("only an admin"):
            self.counts["waiting"] += 1
            if seat.vault.tip != before:
                self.ledger.fail(f"{seat.who}: {state}, and main has moved")
            return False
        if found.state != "done":
            details = found.error or (fetched and fetched.report and fetched.report.findings)
            self.ledger.fail(f"{seat.who}: {state}: {type(found.error).__name__} {details}")
        if seat.vault.trust.state != "authentic":
            self.ledger.fail(f"{seat.who}: {state}: the history is {seat.vault.trust.state}")
        for case_id, words in self.unsent[seat.who].items():
            self.look(seat, case_id, words)
        if seat.who in ADMINS and merged is not None:
            for case_id in merged.cases:
                self.look(seat, case_id, self.known_words(seat, case_id))
        return True

    # -- the end ---------------------------------------------------------------------------

    def _check_end(self) -> None:
        """Nothing is lost, nothing stands beside anything, and each copy is sound."""
        first = self.team.seats["nour"]
        for case_id in sorted({case_id for case_id, _ in self.ledger.written.values()}):
            self._check_case(first, case_id)
        listed = first.office.git("ls-tree", "-r", "--name-only", "main").split()
        if missing := self.journal - set(listed):
            self.ledger.fail(f"in the end these entries are missing: {sorted(missing)}")
        for seat in self.team.seats.values():
            seat.vault.settle()
            if not seat.office.is_clean():
                self.ledger.fail(f"the work tree of {seat.who} is not what main is")
        report = self.team.seats["lina"].vault.verify()
        if not report.is_authentic:
            self.ledger.fail(f"in the end the history is not authentic: {report.failures[:3]}")
        self.counts["commits"] = report.commits
        for office in (first.office, self.team.remote):
            said = office.git("fsck", "--strict", "--no-dangling", check=False)
            if "error" in said:
                self.ledger.fail(said)

    def _check_case(self, seat: Seat, case_id: str) -> None:
        try:
            case = seat.vault.get(case_id)
        except StoreError as error:
            self.ledger.fail(f"in the end case {case_id[:6]}: {error}", case_id)
        self.must_have(seat, "in the end", case_id, self.ledger.words_in(case_id))
        parts = dict(parts_of(seat.vault, case_id))
        homes = [path for path, text in parts.items() if "\npart_of: " not in text]
        if len(homes) != 1 or any("~" in path for path in parts):
            self.ledger.fail(f"in the end {case_id[:6]} stands in {sorted(parts)}", case_id)
        self.counts["open conflicts"] += len(conflicts(case.data))


_WORK: dict[Callable[[Play, Seat], None], int] = {
    Play.edit: 52,
    Play.more: 3,
    Play.seal: 4,
    Play.unseal: 3,
    Play.move: 3,
    Play.restore: 3,
    Play.resolve: 5,
    Play.write_journal: 2,
    Play.policy: 3,
    Play.sync: 20,
    Play.hand_stick: 3,
    Play.go_away: 2,
    Play.settle: 1,
}
