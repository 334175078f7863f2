"""Cases for the tests of the list: a dozen real ones, and rows of which there may be many."""

from __future__ import annotations

from pathlib import Path

from store.crypto import identity
from store.founding import found
from store.listing import index_path
from store.model.case import Case
from store.model.summary import Summary, pack_names
from store.search.gathering import gather
from store.search.index import BLOB_SIZE, Index, Words, write_index
from store.search.vocabulary import Vocabulary
from store.trust.policy import Member
from store.vault import Vault

QUICK = identity.Cost(log_n=10, rounds=4)
STATUSES = ("intake", "building", "review", "judicial")
WARRANTS = "00000000000000000003"


def make_repository(folder: Path) -> None:
    """Make `repository`, with `home-nour` (admin) and `home-lina`, to whom "witness" is sealed."""
    for handle in ("nour", "lina"):
        identity.create(folder / f"home-{handle}", passphrase=None, comment=handle, cost=QUICK)
    nour, lina = (identity.unlock(folder / f"home-{handle}") for handle in ("nour", "lina"))
    reader = Member(
        role="reviewer",
        sign=(lina.signer.public,),
        age=(lina.age.recipient,),
        compartments=("main",),
    )
    path, compartments = str(folder / "repository"), ("main", "witness")
    found(path, "Night desk", "nour", nour, members={"lina": reader}, compartments=compartments)
    with Vault.open(path, nour, clock=lambda: 1_700_000_000.0) as vault:
        vault.import_cases([_case(number) for number in range(12)], why="taken over")
        vault.settle()


def add_cases(folder: Path, count: int) -> None:
    """Import more cases, and leave no index of them."""
    member = identity.unlock(folder / "home-nour")
    with Vault.open(str(folder / "repository"), member) as vault:
        cases = [Case.empty(f"{number:020x}", "main") for number in range(100, 100 + count)]
        for case in cases:
            case.set("overview.title", f"Imported {case.id}")
        vault.import_cases(cases, why="taken over")


def _case(number: int) -> Case:
    case = Case.empty(f"{number:020x}", "witness" if number == 11 else "main")
    case.set("overview.reference", f"SY-20{13 + number}-00{number:02}")
    case.set("overview.title", "اختفاء صاحب متجر" if number % 3 == 1 else f"Detention {number}")
    case.set("overview.kind", ["detention", "torture"] if number % 2 else ["detention"])
    case.set("overview.status", STATUSES[number % 4])
    case.set("overview.period", f"20{12 + number % 3}")
    if case.id == WARRANTS:
        case.set("overview.title", "Warrants against three officers")
        name = {
            "ar": {"given": "علي", "family": "مملوك"},
            "la": {"given": "Ali", "family": "Mamlouk"},
        }
        case.add("people", {"name": name, "capacities": ["suspect"]})
    return case


def summaries(count: int) -> list[Summary]:
    """Make rows as the index gives them."""
    return [
        Summary(
            id=f"{number:020x}",
            compartment="main",
            state="open",
            reference=f"SY-2024-{number:04}",
            title=f"Case of {number}",
            kinds=("torture",) if number % 2 else ("detention", "torture"),
            status=STATUSES[number % 4],
            names=pack_names([f"Hasan {number} · حسن {number}"]),
            year=str(2011 + number % 5),
            changed_by="sami" if number % 3 else "nour",
            changed_at=f"2026-01-01T{number % 24:02}:00:00Z",
        )
        for number in range(count)
    ]


def searched(rows: list[Summary]) -> list[str]:
    """Give what is searched in such rows."""
    return [f"{row.reference} · {row.title} · {' '.join(row.people)} · Homs" for row in rows]


def put_rows(folder: Path, rows: list[Summary]) -> None:
    """Write an index that says the repository has these rows."""
    member = identity.unlock(folder / "home-nour")
    gathered = gather(searched(rows))
    words = Words(gathered, Vocabulary.of(gathered.words))
    with Vault.open(str(folder / "repository"), member) as vault:
        index = Index(vault.tip, rows, bytes(BLOB_SIZE * len(rows)))
        write_index(index_path(vault.git_dir, member), index, words, member.age.recipient)
