from __future__ import annotations

from pathlib import Path

from store.crypto import identity
from store.renewal import changed_rows
from store.vault import Vault
from tests.tui.browse.shelf import WARRANTS


def test_only_the_cases_that_differ_between_two_commits_are_read(shelf: Path) -> None:
    member = identity.unlock(shelf / "home-nour")
    with Vault.open(str(shelf / "repository"), member) as vault:
        before = vault.tip
        with vault.edit(WARRANTS, why="a title") as case:
            case.set("overview.title", "Four warrants")
        rows = changed_rows(vault, before, vault.tip)
        assert [(key, row.summary.title if row else "") for key, row in rows.items()] == [
            (WARRANTS, "Four warrants")
        ]
        assert all(row is not None and "Ali Mamlouk" in row.text for row in rows.values())
        assert changed_rows(vault, vault.tip, vault.tip) == {}


def test_a_case_that_is_not_there_any_more_is_named(shelf: Path) -> None:
    member = identity.unlock(shelf / "home-nour")
    with Vault.open(str(shelf / "repository"), member) as vault:
        before = vault.tip
        with vault.new(why="new", case_id="f" * 20) as case:
            case.set("overview.title", "New")
        assert changed_rows(vault, vault.tip, before) == {"f" * 20: None}
