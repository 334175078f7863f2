"""Merging as one act: all of it or nothing, whatever happens meanwhile; and many cases at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.committing import commit_parts
from store.errors import Cancelled, Moved, Refused
from store.lock import write_lock
from store.merging import merge_tip
from store.model.case import Case
from store.model.conflict import conflicts
from tests.store.changing import is_sound
from tests.store.merging.lines import bring, change, merge, read
from tests.store.office import Office, fill

MANY = 320


def many(office: Office) -> list[str]:
    """Make many cases, in one commit."""
    ids = [f"{number:020x}"[::-1] for number in range(MANY)]
    with office.open("nour") as vault:
        cases = [Case.empty(case_id, "main") for case_id in ids]
        for number, case in enumerate(cases):
            fill(case, number)
        vault.import_cases(cases, why="taken in")
    return ids


def change_all(office: Office, handle: str, ids: list[str], **fields: str) -> None:
    """Change fields of many cases, in one commit."""
    with office.open(handle) as vault:
        cases = [vault.get(case_id) for case_id in ids]
        for case in cases:
            for path, value in fields.items():
                case.set(path.replace("__", "."), value)
        with write_lock(vault.git_dir):
            parts = [(case.id, "main", case.data) for case in cases]
            commit_parts(vault, vault.author, parts, "because", f"edit {len(ids)} cases")
        vault.settle()


def test_hundreds_of_cases_that_both_have_changed(office: Office, tmp_path: Path) -> None:
    ids = many(office)
    other = office.copy(tmp_path / "later")
    change_all(office, "sami", ids, overview__lead="ours", overview__status="building")
    change_all(other, "nour", ids, overview__summary="theirs")
    change_all(other, "nour", ids[:7], overview__status="closed")
    told: list[tuple[int, int]] = []
    merged = merge(office, other, "sami", progress=lambda *counts: told.append(counts))
    assert (len(merged.cases), merged.conflicts) == (MANY, 7)
    assert told == [(200, MANY), (MANY, MANY)]
    with office.open("sami") as vault:
        for number, case_id in enumerate(ids):
            case = vault.get(case_id)
            assert (case.get("overview.lead"), case.get("overview.summary")) == ("ours", "theirs")
            assert len(conflicts(case.data)) == (number < 7)


@pytest.fixture
def apart(office: Office, other: Office) -> str:
    """Let two clones change one case; give the tip of the other one, which is here already."""
    change(office, "sami", overview__status="building")
    change(other, "nour", overview__title="another title")
    return bring(office, other)


def test_a_cancelled_merge_changes_nothing(office: Office, apart: str) -> None:
    before = office.head()
    with office.open("sami") as vault, pytest.raises(Cancelled):
        merge_tip(vault, apart, is_cancelled=lambda: True)
    assert office.head() == before
    assert is_sound(office)


def test_a_main_that_another_program_moves_is_not_overwritten(office: Office, apart: str) -> None:
    before = office.git("rev-parse", "main~1").strip()

    def move(*_counts: int) -> None:
        office.git("update-ref", "refs/heads/main", before)

    with office.open("sami") as vault, pytest.raises(Moved, match="same moment"):
        merge_tip(vault, apart, progress=move)
    assert office.head() == before


def test_another_history_is_not_merged(office: Office, tmp_path: Path) -> None:
    stranger = Office(tmp_path / "foreign", office.homes)
    stranger.found()
    theirs, before = bring(office, stranger), office.head()
    with office.open("nour") as vault, pytest.raises(Refused, match="another history"):
        merge_tip(vault, theirs)
    assert office.head() == before


def test_a_merge_killed_anywhere_leaves_the_old_state_or_the_new_one(
    office: Office, apart: str, tmp_path: Path
) -> None:
    before = office.head()
    for number in range(40):
        clone = office.copy(tmp_path / f"killed-{number}")
        was_killed = _merge_and_die(clone, apart, number)
        clone.git("fsck", "--strict", "--no-dangling")
        with clone.open("sami") as vault:  # the next start makes up for what is not in step
            assert vault.trust.state == "authentic"
        assert is_sound(clone)
        if clone.head() == before:
            with clone.open("sami") as vault:
                merge_tip(vault, apart)
        case = read(clone, "sami")
        assert (case.status, case.title) == ("building", "another title")
        if not was_killed:
            break
    assert not was_killed
    assert number > 10


def _merge_and_die(office: Office, theirs: str, number: int) -> bool:
    """Merge in a process of its own, which is killed at one of its writes; False if it ends."""
    child = os.fork()
    if child == 0:
        left = number

        def dying(call: Callable[..., Any]) -> Callable[..., Any]:
            def instead(*given: Any, **named: Any) -> Any:
                nonlocal left
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1
                return call(*given, **named)

            return instead

        try:
            for name in ("fsync", "rename", "replace"):
                setattr(os, name, dying(getattr(os, name)))
            with office.open("sami") as vault:
                merge_tip(vault, theirs)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
