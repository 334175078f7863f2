"""From two copies that changed one field apart, over a real merge, to one value that stands."""

from __future__ import annotations

import subprocess
from pathlib import Path

from store.crypto import identity
from store.merging import merge_tip
from store.model.conflict import conflicts
from store.resolving import Decision, find_conflict, resolve_conflicts, standing
from store.vault import Vault
from tests.tui.case.papers import CASE_ID
from tests.tui.conflicts.conftest import OTHER_ID

TITLE = "overview.title"


def _changed(folder: Path, home: Path, title: str) -> str:
    with Vault.open(str(folder), identity.unlock(home)) as vault:
        with vault.edit(OTHER_ID, why="so it was") as case:
            case.set(TITLE, title)
        return vault.tip


def test_what_a_merge_keeps_is_seen_and_resolved(desk: Path) -> None:
    ours, theirs = desk / "repository", desk / "other"
    subprocess.run(["cp", "-a", str(ours), str(theirs)], check=True)
    _changed(ours, desk / "nour", "Ours")
    tip = _changed(theirs, desk / "sami", "Theirs")
    fetch = ["git", "-C", str(ours), "fetch", "--quiet", str(theirs), tip]
    subprocess.run(fetch, check=True)
    with Vault.open(str(ours), identity.unlock(desk / "nour")) as vault:
        merged = merge_tip(vault, tip)
        assert (merged.state, merged.conflicts) == ("merged", 1)
        rows = {row.id: row.conflicts for row in vault.summaries()}
        assert rows == {CASE_ID: 4, OTHER_ID: 1}
        case = vault.get(OTHER_ID)
        conflict = find_conflict(case, TITLE)
        assert {(value.by, value.value) for value in conflict.values} == {
            ("nour", "Ours"),
            ("sami", "Theirs"),
        }
        assert conflict.base == "Nothing to argue about"
        decision = Decision(conflict, standing(case, conflict), "Theirs")
        resolve_conflicts(vault, OTHER_ID, [decision], "sami was there")
        assert vault.get(OTHER_ID).title == "Theirs"
        assert conflicts(vault.get(OTHER_ID).data) == ()
        assert vault.verify().is_authentic
