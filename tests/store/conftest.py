"""The office that the tests of the store work in: built once, copied for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.office import Office, make_homes


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Build the office that the others are copied from; nobody changes it."""
    folder = tmp_path_factory.mktemp("office")
    office = Office(folder / "repository", make_homes(folder))
    office.found()
    office.fill()
    return office


@pytest.fixture
def office(template: Office, tmp_path: Path) -> Office:
    """Give a repository with three members, two compartments and three cases."""
    return template.copy(tmp_path / "repository")
