"""The arena that each attack is tried in: built once, copied for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attack.arena import ENTRY, Arena, make_homes


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Arena:
    """Build the arena that the others are copied from; nobody changes it."""
    folder = tmp_path_factory.mktemp("arena")
    arena = Arena(folder / "repository", make_homes(folder))
    arena.found()
    arena.fill()
    with arena.open() as vault:
        arena.recipients = {name: vault.recipient(name) for name in ("main", "witness")}
    arena.honest = arena.commit("lina", [(ENTRY, arena.sealed("looked at it"))], "journal")
    with arena.open() as vault:
        vault.settle()
    return arena


@pytest.fixture
def arena(template: Arena, tmp_path: Path) -> Arena:
    """Give a repository with a team, three cases and a journal entry."""
    return template.copy(tmp_path / "repository")
