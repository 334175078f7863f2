"""An office in which a witness is sealed into a smaller compartment than her case."""

from __future__ import annotations

from store.part import open_part
from store.policy_change import apply_policy
from store.sealing import seal
from store.trust.membership import create_compartment
from store.vault import Vault
from tests.store.office import FIRST, Office

SECRET = "Qamar-Zaatari"  # noqa: S105 - a name
"""The name of the witness; whoever finds it in the home part has found a leak."""


def with_a_sealed_witness(office: Office) -> Office:
    """Seal a witness of the first case, p2, after she was added; then write her real name."""
    with office.open("nour") as vault:
        with vault.edit(FIRST, why="a witness") as case:
            case.add("people", {"id": "p2", "capacities": ["witness"]})
            case.set("people.p2.name.la.given", "Open-Name")
            case.add("events", {"id": "e1", "type": "torture", "victims": ["p1"]})
        seal(vault, FIRST, "p2", "witness", why="she is in danger")
        with vault.edit(FIRST, why="her real name") as case:
            case.set("people.p2.name.la.given", SECRET)
            case.set("people.p2.note", f"{SECRET} lives in the north")
    return office


def home_text(vault: Vault, commit: str = "") -> str:
    """Decrypt the home part of the first case as it lies there."""
    blob = vault.places(FIRST, commit or vault.tip)["main"]
    return open_part(vault.objects.read(blob)[1], vault.keys_of("main")).decode()


def grant(office: Office, name: str, readers: list[str]) -> None:
    """Make a compartment that these members read."""
    with office.open("nour") as vault:
        apply_policy(vault, create_compartment(vault.policy, name, readers))
