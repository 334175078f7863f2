"""A walk through everything that runs git."""

from __future__ import annotations

from pathlib import Path

from store.history import case_history, repository_history
from store.model.case import Case
from store.vault import new_case_id
from tests.store.office import FIRST, Office, fill


def walk_through(office: Office) -> None:
    """Do everything that runs git."""
    with office.open() as vault:
        assert vault.trust.state == "authentic"
        assert len(vault.summaries()) == 3
        with vault.edit(FIRST, why="x") as case:
            case.set("overview.title", "walked through")
        assert vault.last_save is not None
        cases = []
        for number in range(70):  # enough for a pack
            case = Case.empty(new_case_id(), "main")
            fill(case, number)
            cases.append(case)
        vault.import_cases(cases, why="y")
        assert vault.verify().is_authentic
        assert vault.trust.commits == len(repository_history(vault)) == 6
        assert [version.why for version in case_history(vault, FIRST)] == ["x", "taken in"]
        assert vault.find_commit(vault.tip[:8]) == vault.tip
        Path(vault.git_dir, "dalil/mirror").unlink()
        vault.settle()
        with vault.edit(FIRST, why="z") as case:
            case.set("overview.title", "and again")
    assert vault.tip in Path(vault.git_dir, "refs/heads/main").read_text()
