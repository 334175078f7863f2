"""A second vault for slow work: who works with the first one never waits for it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from store.part import EpochKeys
from store.repo.objects import ObjectReader
from tests.store.office import FIRST, Office, make_homes


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path / "office", make_homes(tmp_path))
    office.found()
    office.fill()
    return office


def test_what_is_read_here_does_not_wait_for_slow_work_beside(office: Office) -> None:
    with office.open("nour") as vault, vault.beside() as other:
        began, ends = threading.Event(), threading.Event()

        def work() -> None:
            with other._mutex:
                began.set()
                ends.wait(20)

        thread = threading.Thread(target=work)
        thread.start()
        began.wait(20)
        assert vault.get(FIRST).title
        assert vault.policy.members
        ends.set()
        thread.join()


def test_what_is_saved_beside_is_seen_here(office: Office) -> None:
    with office.open("nour") as vault, vault.beside() as other:
        with other.edit(FIRST, why="because") as case:
            case.set("overview.title", "Another")
        assert vault.refresh()
        assert vault.get(FIRST).title == "Another"


def test_a_key_that_has_to_be_touched_is_touched_once_for_both(office: Office) -> None:
    touches: list[bytes] = []
    key = office.keys("nour").age

    class Token:
        """A key that counts how often it is asked."""

        recipient = key.recipient

        def decrypt(self, ciphertext: bytes) -> bytes:
            from store.crypto import age

            touches.append(ciphertext)
            return age.decrypt(ciphertext, [key])  # type: ignore[list-item] # a plain age key here

    with office.open("nour") as vault, ObjectReader(office.git_dir) as objects:
        tree = vault.tree(vault.tip)
        here = EpochKeys(vault.objects, Token())  # type: ignore[arg-type] # it does what they do
        assert here.of(tree, "main")
        asked = len(touches)
        assert here.beside(objects).of(tree, "main")
        assert asked == len(touches) > 0
