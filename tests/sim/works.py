"""What people do in the simulation, each by the program's own functions: one operation a method."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

from store.crypto import age
from store.crypto.signer import FileSigner
from store.errors import BadFormat, NotFound, Refused, Sealed
from store.history import case_history
from store.model.case import Case
from store.model.conflict import Conflict, conflicts
from store.model.fields import load_model
from store.model.parts import SEALED
from store.policy_change import apply_policy
from store.resolving import Decision, decides_who_reads, resolve_conflicts, standing
from store.sealing import move, seal, unseal
from store.trust import membership
from store.trust.paths import journal_path
from store.trust.policy import Policy, Role
from tests.sim.desk import Desk
from tests.sim.edits import Skip, edit_something, fill_new
from tests.sim.ledger import NOTHING, words_of
from tests.sim.team import ADMINS, Seat

__all__ = ["Works"]

_WHY = "because"
_CASES = 24
"""So many cases at most, so that people meet in them."""


class Works(Desk):
    """Everything that changes a copy and needs nobody else."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder, seed)
        self.journal: set[str] = set()
        self._guests = count(1)

    def edit(self, seat: Seat) -> None:
        while not self._try_edit(seat):
            self.counts["refused edits"] += 1

    def _try_edit(self, seat: Seat) -> bool:
        """Change something; what the check refuses, such as a link to nobody, is not saved."""
        case_id, word = self.some_case(seat), self.ledger.word()
        try:
            with seat.vault.edit(case_id, why=_WHY) as case:
                before = words_of(case)
                said = edit_something(self.rng, case, word)
        except BadFormat as error:
            self.ledger.note(seat.who, f"{case_id[:6]} refused: {error}", case_id)
            return False
        # As it was saved: with an item that was taken away, its conflicts went.
        self.changed(seat, case_id, said, before, words_of(self.read(seat, case_id)))
        return True

    def new(self, seat: Seat) -> None:
        word, case_id = self.ledger.word(), f"{self.rng.randrange(16**20):020x}"
        compartment = "main"
        if self.rng.random() < 0.2 and seat.vault.may_write("witness"):
            compartment = "witness"
        with seat.vault.new(compartment=compartment, why=_WHY, case_id=case_id) as case:
            said = fill_new(self.rng, case, word)
        self.changed(seat, case_id, f"{said} in {compartment} {word}", NOTHING, words_of(case))

    def more(self, seat: Seat) -> None:
        if len({path[-24:-4] for path in self.files(seat)}) >= _CASES:
            raise Skip
        self.new(seat)

    def seal(self, seat: Seat) -> None:
        case_id, case = self.own_case(seat, "main")
        self.must_hold_witness(seat)
        people = [p["id"] for p in case.get("people") or () if not p.get(SEALED)]
        path = f"people.{self.one(people)}"
        seal(seat.vault, case_id, path, "witness", why=_WHY)
        self.moved(seat, case_id, case, f"sealed {path}")

    def unseal(self, seat: Seat) -> None:
        case_id, case = self.own_case(seat, "main")
        self.must_hold_witness(seat)
        path = f"people.{self.one([p['id'] for p in case.get('people') or () if p.get(SEALED)])}"
        unseal(seat.vault, case_id, path, why=_WHY)
        self.moved(seat, case_id, case, f"unsealed {path}")

    def move(self, seat: Seat) -> None:
        case_id, case = self.own_case(seat)
        self.must_hold_witness(seat)
        to = "main" if case.compartment == "witness" else "witness"
        move(seat.vault, case_id, to, why=_WHY)
        self.moved(seat, case_id, case, f"moved to {to}")

    def restore(self, seat: Seat) -> None:
        case_id, case = self.own_case(seat)
        versions = case_history(seat.vault, case_id)
        commit = self.one([version.commit for version in versions[1:6]])
        try:
            saved = seat.vault.revert(case_id, commit, _WHY)
        except (Refused, NotFound, Sealed, BadFormat) as error:
            self.ledger.note(seat.who, f"restore refused: {error}", case_id)
            raise Skip from error
        after = words_of(seat.vault.get(case_id)) if saved else words_of(case)
        self.changed(seat, case_id, f"restored {commit[:8]}", words_of(case), after)

    def resolve(self, seat: Seat) -> None:
        """Decide one conflict."""
        case_id, case, conflict = self._some_conflict(seat)
        stands = standing(case, conflict)
        choice = self._choice(conflict, stands)
        try:
            resolve_conflicts(seat.vault, case_id, [Decision(conflict, stands, choice)], _WHY)
        except Refused as error:
            self.ledger.note(seat.who, f"resolve refused: {error}", case_id)
            raise Skip from error
        after = words_of(self.read(seat, case_id))
        said = f"resolved {conflict.path}: {choice!r:.60}"
        self.changed(seat, case_id, said, words_of(case), after)

    def _some_conflict(self, seat: Seat) -> tuple[str, Case, Conflict]:
        """Choose a conflict about what stands in a field or in a list."""
        for case_id in self.shuffled({path[-24:-4] for path in self.files(seat)}):
            case = self.read(seat, case_id)
            found = [c for c in conflicts(case.data) if c.path and not decides_who_reads(c)]
            if found:
                return case_id, case, self.rng.choice(found)
        raise Skip

    def _choice(self, conflict: Conflict, stands: object) -> object:
        """Decide for one of the texts, or a new one; of what is no text, for what stands."""
        field, word = load_model().field(conflict.path), self.ledger.word()
        is_text = field is not None and field.kind in ("text", "long") and not field.repeatable
        if is_text and isinstance(stands, str) and self.rng.random() < 0.3:
            return f"Decided {word}"
        choice = self.rng.choice([value.value for value in conflict.values])
        return choice if isinstance(choice, str) else stands

    def write_journal(self, seat: Seat) -> None:
        """Add an entry as later parts of the program will: a path that is written once."""
        path = self.one(sorted(self.files(seat)))
        compartment, case_id = path.split("/")[1], path[-24:-4]
        name = journal_path(compartment, case_id, f"e{self.rng.randrange(16**8):08x}")
        sealed = age.encrypt(self.ledger.word().encode(), [seat.vault.recipient(compartment)])
        seat.office.commit(seat.who, [(name, sealed)], "edit case")
        seat.vault.refresh()
        self.journal.add(name)
        self.ledger.note(seat.who, f"journal {name[-14:]}", case_id)

    def policy(self, seat: Seat) -> None:
        if seat.who not in ADMINS:
            raise Skip
        said, change = self._some_policy(seat.vault.policy)
        apply_policy(seat.vault, change(seat.vault.policy))
        self.ledger.note(seat.who, f"policy: {said}, version {seat.vault.policy.version}")

    def _some_policy(self, policy: Policy) -> tuple[str, Callable[[Policy], Policy]]:
        guests = [h for h, m in policy.members.items() if h.startswith("guest") and m.left is None]
        kind = self.rng.choice(("add", "add", "remove", "role", "epoch", "witness"))
        if kind == "epoch":
            name = self.rng.choice(("main", "witness"))
            return f"new key of {name}", lambda p: membership.advance_epoch(p, name)
        if kind == "add" or not guests:
            handle = f"guest{next(self._guests)}"
            keys = {"sign": [FileSigner.new().public], "age": [age.new_identity().recipient]}
            return f"add {handle}", lambda p: membership.add_member(
                p, handle, "reviewer", compartments=["main"], **keys
            )
        handle = self.rng.choice(guests)
        if kind == "role":
            is_editor = policy.members[handle].role == "editor"
            role: Role = "reviewer" if is_editor else "editor"
            return f"{handle} is {role}", lambda p: membership.set_role(p, handle, role)
        if kind == "witness" and "witness" not in policy.members[handle].compartments:
            return f"{handle} reads witness", lambda p: membership.grant(p, handle, "witness")
        return f"remove {handle}", lambda p: membership.remove_member(p, handle)
