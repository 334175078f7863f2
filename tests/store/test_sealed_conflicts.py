"""A conflict goes where the thing goes that it is about: sealed, unsealed, restored, taken away."""

from __future__ import annotations

import pytest

from store.history import case_entries
from store.model.conflict import conflicts, make_record, resolve
from store.sealing import move, seal, unseal
from store.vault import Vault
from tests.store.office import FIRST, Office
from tests.store.sealed_office import home_text

VALUES = ("killed-or-not", "released-word")
PATH = "people.p2.whereabouts"


@pytest.fixture
def disputed(office: Office) -> Office:
    """Give an office in which two people have written where somebody is."""
    entries = [
        {"by": by, "at": at, "value": value}
        for by, at, value in zip(
            ("nour", "sami"), ("2026-01-01", "2026-01-02"), VALUES, strict=True
        )
    ]
    with office.open("nour") as vault, vault.edit(FIRST, why="as a merge would") as case:
        if case.get("people.p2") is None:
            case.add("people", {"id": "p2"})
        case.set(PATH, VALUES[1])
        case.data["conflicts"] = [make_record(PATH, entries)]
    return office


def values(vault: Vault) -> list[str]:
    return [value.value for one in conflicts(vault.get(FIRST).data) for value in one.values]


def test_it_is_sealed_with_its_item_and_comes_back_with_it(disputed: Office) -> None:
    with disputed.open("nour") as vault:
        open_version = case_entries(vault, FIRST)[0].commit
        assert values(vault) == list(VALUES)
        seal(vault, FIRST, "p2", "witness", why="in danger")
        assert values(vault) == list(VALUES)
        assert VALUES[0] not in home_text(vault)
    with disputed.open("sami") as vault:
        assert values(vault) == []
        vault.revert(FIRST, open_version, "by somebody who sees the stub only")
        assert values(vault) == []
        assert VALUES[0] not in home_text(vault)
    with disputed.open("nour") as vault:
        assert values(vault) == list(VALUES)
        with vault.edit(FIRST, why="it is known now") as case:
            settled = resolve(case.data, PATH, VALUES[0])
            assert settled is not None
            case.data = settled
        assert values(vault) == []
        unseal(vault, FIRST, "p2", "she agreed")
        assert vault.get(FIRST).get(PATH) == VALUES[0]
        assert vault.verify().is_authentic


def test_it_moves_with_its_case_and_into_the_compartment_it_was_sealed_in(disputed: Office) -> None:
    with disputed.open("nour") as vault:
        seal(vault, FIRST, "p2", "witness", why="in danger")
        move(vault, FIRST, "witness", "all of it")
        assert values(vault) == list(VALUES)
        assert VALUES[0] in vault.text(FIRST).decode()


def test_it_goes_with_what_is_taken_away(disputed: Office) -> None:
    with disputed.open("nour") as vault:
        with vault.edit(FIRST, why="a mistake") as case:
            case.remove("people.p2")
        assert "conflicts" not in vault.text(FIRST).decode()


def test_a_version_that_only_settles_a_conflict_is_one(disputed: Office) -> None:
    with disputed.open("sami") as vault, vault.edit(FIRST, why="the later is right") as case:
        settled = resolve(case.data, PATH, VALUES[1])
        assert settled is not None
        case.data = settled
    with disputed.open("nour") as vault:
        assert values(vault) == []
        assert vault.get(FIRST).changed.why == "the later is right"
