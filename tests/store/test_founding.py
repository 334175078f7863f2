"""A new repository: its first commit, its keys, and nothing made where it cannot be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.crypto import identity
from store.errors import BadFormat, Refused
from store.founding import found
from store.trust.policy import Member
from store.vault import Vault
from tests.store.office import Office, fill


def test_a_founder_is_admin_and_can_begin_at_once(template: Office, tmp_path: Path) -> None:
    path = tmp_path / "new" / "below"
    root = found(str(path), "وحدة التوثيق", "nour", template.keys("nour"), clock=lambda: 1.7e9)
    office = Office(path, template.homes)
    assert office.head() == root
    assert office.is_clean()
    assert office.git("log", "--format=%an %at %s").strip() == "nour 1700000000 policy"
    assert sorted(p.name for p in path.iterdir()) == [".git", "README.md", "keys", "policy.yaml"]
    with Vault.open(str(path), template.keys("nour")) as vault:
        assert (vault.name, vault.handle, vault.role) == ("وحدة التوثيق", "nour", "admin")
        assert vault.trust.state == "authentic"
        assert vault.summaries() == []
        with vault.new(why="the first") as case:
            fill(case, 1)
        assert len(vault.summaries()) == 1


def test_a_folder_that_is_not_empty_is_left_alone(template: Office, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    with pytest.raises(Refused, match="not empty"):
        found(str(tmp_path), "Unit", "nour", template.keys("nour"))
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("handle", ["", "Nour", "no ur", "نور", "a/b", "a\nb"])
def test_a_handle_that_is_none_makes_nothing(template: Office, tmp_path: Path, handle: str) -> None:
    path = tmp_path / "new"
    with pytest.raises(BadFormat):
        found(str(path), "Unit", handle, template.keys("nour"))
    assert not path.exists()


@pytest.mark.parametrize("compartments", [("../x",), ("Main",), ("",)])
def test_a_compartment_name_that_is_none_makes_nothing(
    template: Office, tmp_path: Path, compartments: tuple[str, ...]
) -> None:
    path = tmp_path / "new"
    with pytest.raises(BadFormat):
        found(str(path), "Unit", "nour", template.keys("nour"), compartments=compartments)
    assert not path.exists()


def test_one_key_for_two_people_or_one_handle_twice_makes_nothing(
    template: Office, tmp_path: Path
) -> None:
    path = tmp_path / "new"
    keys = identity.public(template.homes["nour"])
    twin = Member("editor", (keys.sign,), (keys.age,), ("main",))
    with pytest.raises(BadFormat):
        found(str(path), "Unit", "nour", template.keys("nour"), members={"sami": twin})
    with pytest.raises(Refused):
        found(str(path), "Unit", "nour", template.keys("nour"), members={"nour": twin})
    assert not path.exists()
