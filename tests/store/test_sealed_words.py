"""Whatever two members do, no word lands where more people read than those it was written for."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.errors import StoreError
from store.model.parts import is_stub
from store.part import open_part
from store.repo.run import git
from store.sealing import move, seal, unseal
from store.vault import Vault
from tests.store.office import FIRST, Office

ITEMS = ("people.p1", "people.p2", "notes.n1", "evidence.v1")
STEPS = st.tuples(
    st.sampled_from(
        ("write", "write", "late", "seal", "seal", "unseal", "remove", "move", "restore", "order")
    ),
    st.sampled_from(("nour", "sami")),
    st.sampled_from(ITEMS),
    st.integers(0, 99),
)
"""What is done, by whom (only nour can open witness), to what, and a number to choose by."""


class World:
    """The repository, and what should be in it: who may have read which word, ever."""

    def __init__(self, office: Office) -> None:
        self.vaults: dict[str, Vault] = {h: office.open(h) for h in ("nour", "sami")}
        self.open_words: set[str] = set()
        self.count = 0
        self.stale: dict[str, Any] = {}
        for vault in self.vaults.values():
            vault.settles_later = True

    def close(self) -> None:
        for vault in self.vaults.values():
            vault.close()

    def new_word(self) -> str:
        self.count += 1
        return f"word{self.count:04}x"

    def seen(self) -> dict[str, Any]:
        """Give what the member who can open everything reads: each item, without its marks."""
        nour = self.vaults["nour"]
        nour.refresh()
        case = nour.get(FIRST)
        found = {path: case.get(path) for path in ITEMS}
        marks = ("sealed", "pseudonym")
        return {
            path: {key: item[key] for key in item if key not in marks}
            for path, item in found.items()
            if item is not None
        }

    def take(self, step: tuple[str, str, str, int]) -> None:
        what, who, path, number = step
        vault = self.vaults[who]
        before, tip = self.seen(), self.vaults["nour"].tip
        try:
            getattr(self, what)(vault, path, number)
        except StoreError:
            self.vaults["nour"].refresh()
            assert self.vaults["nour"].tip == tip, "a refused step has changed something"
            return
        after = self.seen()
        if what in ("seal", "unseal", "move", "order"):
            assert after == before, "something was lost on the way"
        elif what == "restore":
            self.must_stay_sealed(tip)
        else:
            others = before.keys() - {path}
            assert all(after.get(key) == before[key] for key in others)

    def must_stay_sealed(self, tip: str) -> None:
        nour = self.vaults["nour"]
        old, new = nour.get(FIRST, tip), nour.get(FIRST)
        for path in ITEMS:
            item = new.get(path)
            if item is not None and (old.get(path) or {}).get("sealed"):
                assert item.get("sealed"), f"{path} was opened by a restoration"

    def may_be_read(self) -> None:
        """Take note of the words that those who read main may read as things stand."""
        nour = self.vaults["nour"]
        nour.refresh()
        case = nour.get(FIRST)
        if case.compartment == "main":
            for path in ITEMS:
                item = case.get(path)
                if item is not None and not item.get("sealed"):
                    self.open_words |= {word for word in str(item).split() if "word" in word}

    # -- steps -------------------------------------------------------------------------------

    def write(self, vault: Vault, path: str, _number: int) -> None:
        word, section = self.new_word(), path.partition(".")[0]
        field = {"people": "note", "notes": "text", "evidence": "description"}[section]
        with vault.edit(FIRST, why="x") as case:
            if case.get(path) is None:
                case.add(section, {"id": path.partition(".")[2]})
            case.set(f"{path}.{field}", f" {word} ")
        if not vault.get(FIRST).get(path).get("sealed"):
            self.may_be_read()

    def late(self, vault: Vault, path: str, _number: int) -> None:
        """Save onto a version that was read a while ago."""
        before = self.stale.pop(vault.handle or "", None)
        if before is None:
            vault.refresh()
            self.stale[vault.handle or ""] = vault.get(FIRST)
            return
        after, word = before.copy(), self.new_word()
        field = {"people": "note", "notes": "text", "evidence": "description"}
        if after.get(path) is None or is_stub(after.get(path)):
            return
        after.set(f"{path}.{field[path.partition('.')[0]]}", f" {word} ")
        vault.put(before, after, why="late")
        if not vault.get(FIRST).get(path).get("sealed"):
            self.may_be_read()

    def seal(self, vault: Vault, path: str, _number: int) -> None:
        seal(vault, FIRST, path, "witness", why="x")

    def unseal(self, vault: Vault, path: str, _number: int) -> None:
        unseal(vault, FIRST, path, "x")
        self.may_be_read()

    def remove(self, vault: Vault, path: str, _number: int) -> None:
        with vault.edit(FIRST, why="x") as case:
            case.remove(path)

    def order(self, vault: Vault, path: str, _number: int) -> None:
        with vault.edit(FIRST, why="x") as case:
            case.move(path, 0)

    def move(self, vault: Vault, _path: str, number: int) -> None:
        move(vault, FIRST, ("main", "witness")[number % 2], "x")
        self.may_be_read()

    def restore(self, vault: Vault, _path: str, number: int) -> None:
        commits = git(vault.git_dir, "rev-list", "refs/heads/main").decode().split()
        vault.revert(FIRST, commits[number % len(commits)], "x")

    # -- what must hold ----------------------------------------------------------------------

    def check(self) -> None:
        nour = self.vaults["nour"]
        for name, blob in nour.places(FIRST, nour.tip).items():
            text = open_part(nour.objects.read(blob)[1], nour.keys_of(name)).decode()
            written = {word for word in text.split() if word.startswith("word")}
            if name == "main":
                assert written <= self.open_words, "a sealed word lies where more people can read"
        sami = self.vaults["sami"]
        sami.refresh()
        for row in sami.listing().rows:
            assert row.state != "damaged"


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, min_size=6, max_size=14))
def test_no_word_lands_where_more_people_can_read_and_none_is_lost(
    template: Office, steps: list[tuple[str, str, str, int]]
) -> None:
    folder = Path(tempfile.mkdtemp())
    world = World(template.copy(folder / "repository"))
    try:
        for path in ITEMS:
            world.take(("write", "nour", path, 0))
        world.check()
        for step in steps:
            world.take(step)
            world.check()
        report = world.vaults["nour"].verify()
        assert report.is_authentic
        assert not report.findings
    finally:
        world.close()
        shutil.rmtree(folder)
