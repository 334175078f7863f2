"""The sample: real work in two languages, the same each time, and authentic."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sample_repo.build import Built, build
from sample_repo.story import read_story
from store.crypto import identity
from store.errors import Refused
from store.history import case_history, repository_history
from store.model.check import check
from store.model.fields import load_model
from store.vault import Vault

ARABIC = re.compile(r"[\u0600-\u06ff]")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(str(tmp_path_factory.mktemp("sample") / "demo"))


@pytest.fixture(scope="module")
def vault(built: Built) -> Iterator[Vault]:
    with Vault.open(built.repository, identity.unlock(built.homes["nour"])) as opened:
        yield opened


def test_it_is_as_large_as_real_work(vault: Vault) -> None:
    rows = vault.summaries()
    entries = repository_history(vault)
    assert len(rows) >= 40
    assert len(entries) >= 120
    assert entries[-1].at < "2024-11"
    assert entries[0].at > "2026-10"
    assert {entry.signer for entry in entries} == {"nour", "sami"}
    assert all(entry.signature == "verified" for entry in entries)
    titles = [row.title for row in rows]
    assert sum(bool(ARABIC.search(title)) for title in titles) >= 15
    assert sum(not ARABIC.search(title) for title in titles) >= 15
    kinds = {kind for row in rows for kind in row.kinds}
    assert {"detention", "torture", "enforced_disappearance", "forced_return"} <= kinds
    assert {"chemical_attack", "property"} <= kinds


def test_no_case_has_a_problem_and_each_uses_the_table(vault: Vault) -> None:
    known = {section.key for section in load_model().sections}
    for row in vault.summaries():
        case = vault.get(row.id)
        assert check(case.data) == [], row.reference
        assert set(case.data) <= known | {"dalil", "id", "compartment", "changed"}
        assert case.dump() == vault.text(row.id)


def test_the_case_from_the_public_record_names_the_three(vault: Vault) -> None:
    case = vault.get(vault.find("SY-2018-0003"))
    families = {(p["name"]["la"]["family"], p["name"]["ar"]["family"]) for p in case.get("people")}
    assert families == {("Mamlouk", "مملوك"), ("Hassan", "حسن"), ("Mahmoud", "محمود")}
    assert all(person["capacities"] == ["suspect"] for person in case.get("people"))


def test_witness_cases_are_sealed_for_the_reviewer(built: Built) -> None:
    with Vault.open(built.repository, identity.unlock(built.homes["lina"])) as lina:
        states = {row.state for row in lina.summaries()}
        assert states == {"open", "sealed"}
        assert lina.role == "reviewer"


@pytest.mark.parametrize("handle", ["lina", "sami"])
def test_a_sealed_witness_is_a_pseudonym_for_the_others(built: Built, handle: str) -> None:
    name = "Mahmood"
    with Vault.open(built.repository, identity.unlock(built.homes["nour"])) as vault:
        case_id = vault.find("SY-2024-0112")
        assert vault.get(case_id).get("people.p3.name.la.given") == name
    with Vault.open(built.repository, identity.unlock(built.homes[handle])) as vault:
        case = vault.get(vault.find("SY-2024-0112"))
        assert case.get("people.p3") == {"id": "p3", "pseudonym": "W-03", "sealed": "protection"}
        assert check(case.data) == []
        rows = [row for row in vault.summaries() if row.id == case_id]
        assert len(rows) == 1
        assert "W-03" in rows[0].people
        assert not any("محمود" in person for person in rows[0].people)


def test_building_it_twice_gives_the_same_content(vault: Vault, tmp_path: Path) -> None:
    again = build(str(tmp_path / "again"))
    with Vault.open(again.repository, identity.unlock(again.homes["nour"])) as other:
        assert _content(other) == _content(vault)


def _content(vault: Vault) -> dict[str, Any]:
    ids = [row.id for row in vault.summaries()]
    return {
        case_id: [(v.at, v.by, vault.text(case_id, v.commit)) for v in case_history(vault, case_id)]
        for case_id in ids
    }


def test_the_repository_is_clean_for_stock_git(built: Built) -> None:
    git = ["git", "-C", built.repository]
    status = subprocess.run([*git, "status", "--porcelain"], check=True, capture_output=True)
    assert status.stdout == b""
    subprocess.run([*git, "fsck", "--strict"], check=True, capture_output=True)


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(Refused):
        build(str(tmp_path))
    assert os.listdir(tmp_path) == ["mine"]


def test_the_reasons_of_the_story_are_not_all_alike() -> None:
    reasons = [step.why for step in read_story().steps]
    assert len(set(reasons)) == len(reasons)
