"""People name things by what they see; git's own words for them are not followed."""

from __future__ import annotations

import pytest

from store.errors import NotFound, Sealed
from tests.store.office import FIRST, HIDDEN, SECOND, Office


def test_without_keys_a_case_goes_by_its_id_only(office: Office) -> None:
    with office.open(None) as vault:
        assert vault.find(FIRST) == FIRST
        assert vault.find(FIRST[:4]) == FIRST
        with pytest.raises(Sealed):
            vault.find("SY-2026-0001")


def test_a_sealed_case_goes_by_its_id_only(office: Office) -> None:
    with office.open("lina") as vault:
        assert vault.find(HIDDEN[:5]) == HIDDEN
        with pytest.raises(NotFound):
            vault.find("SY-2026-0003")
        assert vault.find("SY-2026-0002") == SECOND


def test_a_reference_of_hex_digits_is_found_too(office: Office) -> None:
    with office.open("sami") as vault:
        with vault.edit(FIRST, why="x") as case:
            case.set("overview.reference", "20240001")
        assert vault.find("20240001") == FIRST
