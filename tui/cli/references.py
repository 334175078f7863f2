"""Warn of a reference that two cases have: allowed, for it may be meant, but rarely is."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from store.errors import StoreError
from store.listing import ids_of_reference
from store.model.case import Case
from store.vault import Vault
from tui.cli.output import note

__all__ = ["warn_of_shared"]

_MOST = 10
"""So many cases are looked up at most; who brings in hundreds reads the list afterwards."""


def warn_of_shared(vault: Vault, cases: Sequence[Case]) -> None:
    """Tell which other cases have the references of those that were just saved."""
    for case in cases[:_MOST]:
        if not case.reference:
            continue
        with suppress(StoreError):  # they are saved: what cannot be looked up now must not deny it
            for other in ids_of_reference(vault, case.reference):
                if other != case.id:
                    note(f"warning: another case has this reference: {other}")
