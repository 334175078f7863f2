"""Find words: in all versions of a case that stand in a tree, and where in the history one went."""

from __future__ import annotations

from collections.abc import Iterator

from store.errors import StoreError
from store.part import open_part
from store.repo.trees import find, list_files
from store.vault import Vault
from tests.sim.ledger import words_in
from tests.sim.team import Seat

__all__ = ["all_words", "parts_of", "where_lost"]

_SAID = {True: "has", False: "lacks"}


def parts_of(vault: Vault, case_id: str, commit: str = "") -> Iterator[tuple[str, str]]:
    """Give path and text of each part that this member opens, also of versions beside others."""
    commit = commit or vault.tip
    for compartment in vault.compartments:
        folder = f"cases/{compartment}/{case_id[:2]}"
        tree = find(vault.objects, vault.tree(commit), folder)
        for path, blob in list_files(vault.objects, tree) if tree else ():
            if path.startswith(case_id):
                content = vault.objects.read(blob)[1]
                text = open_part(content, vault.keys_of(compartment, commit))
                yield f"{folder}/{path}", text.decode()


def all_words(vault: Vault, case_id: str, commit: str = "") -> frozenset[str]:
    """Give the words of a case, wherever they stand in what this member opens."""
    parts = parts_of(vault, case_id, commit)
    return frozenset(word for _, text in parts for word in words_in(text))


def where_lost(seat: Seat, case_id: str, word: str) -> list[str]:
    """Name each commit that lacks a word which one of its parents has, as this member reads it."""
    has: dict[str, bool] = {}
    told = []
    log = ("log", "--reverse", "--topo-order", "--format=%H %an %s%x09%P", seat.vault.tip)
    for line in seat.office.git(*log).splitlines():
        name, _, parents = line.partition("\t")
        commit = name.split()[0]
        try:
            has[commit] = word in all_words(seat.vault, case_id, commit)
        except StoreError:
            has[commit] = False
        if not has[commit] and any(has[parent] for parent in parents.split()):
            states = ", ".join(f"{p[:7]} {_SAID[has[p]]} it" for p in parents.split())
            told.append(f"  went in {name[:7]} {name[41:]}: {states}")
    return told
