"""Several processes on one repository at once: nothing is lost, and the history stays authentic."""

from __future__ import annotations

from multiprocessing import get_context
from pathlib import Path

from store.crypto import identity
from store.vault import Vault
from tests.store.office import FIRST, SECOND, Office

SAVES = 10


def save_often(folder: str, home: str, name: str) -> None:
    """Add to a list, and change a field of one's own, again and again."""
    with Vault.open(folder, identity.unlock(home)) as vault:
        for turn in range(SAVES):
            vault.settles_later = turn % 2 == 0
            case_id = FIRST if turn % 3 else SECOND
            with vault.edit(case_id, why=f"{name} {turn}") as case:
                case.add("people", {"id": f"p{name}{turn}", "capacities": ["source"]})


def test_four_processes_lose_no_save(office: Office, tmp_path: Path) -> None:
    before = office.count()
    work = get_context("spawn").Process
    people = {"a": "nour", "b": "sami", "c": "sami", "d": "nour"}
    processes = [
        work(target=save_often, args=(str(office.folder), str(office.homes[handle]), name))
        for name, handle in people.items()
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    assert office.count() == before + 4 * SAVES
    with office.open("lina") as vault:
        found = {person["id"] for c in (FIRST, SECOND) for person in vault.get(c).get("people")}
        assert found == {"p1"} | {f"p{name}{turn}" for name in people for turn in range(SAVES)}
        report = vault.verify()
        assert report.is_authentic
        assert vault.trust.commits == before + 4 * SAVES
    assert office.is_clean()
    assert "error" not in office.git("fsck", "--strict", check=False)
