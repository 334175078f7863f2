"""A small repository with a history worth reading, and what may be done to it from outside."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec

from store.crypto import identity
from store.founding import found
from store.trust.policy import Member, dump
from store.vault import Vault
from store.writing import Author, make_commit
from tui.app import DalilApp

SHOP, HOUSE, WITNESS = "5a" + "0" * 18, "7b" + "1" * 18, "9c" + "2" * 18
STORY = (
    "He was taken at the checkpoint in front of the bakery, in a white car without number plates, "
    "and two neighbours who stood in line for bread saw the men who took him. His family asked at "
    "the branch three times in the weeks that followed and was told that he was not there."
)
_ROLES = {"sami": ("editor", ("main",)), "lina": ("reviewer", ("main",))}


def build(folder: Path) -> None:
    """Make `repository`, and a home for nour (admin), sami (editor) and lina (reviewer)."""
    clock = _clock()
    for handle in ("nour", "omar", *_ROLES):
        identity.create(str(folder / handle), passphrase=None, comment="")
    members = {handle: _member(folder, handle, *given) for handle, given in _ROLES.items()}
    nour, sami = (identity.unlock(str(folder / handle)) for handle in ("nour", "sami"))
    path = str(folder / "repository")
    compartments = ("main", "witness")
    found(path, "Unit", "nour", nour, members=members, compartments=compartments, clock=clock)
    with Vault.open(path, nour, clock=clock) as vault:
        _write(vault)
        _admit_omar(vault, folder, clock)
    with Vault.open(path, sami, clock=clock) as vault:
        with vault.edit(SHOP, why="The car was grey, she says now") as case:
            case.set("overview.summary", STORY.replace("white", "grey"))
            case.set("overview.status", "building")
        with vault.edit(HOUSE, why="A neighbour came forward") as case:
            case.add("people", {"id": "p2", "capacities": ["witness"], "label": "W-01"})


def open_app(folder: Path, handle: str) -> DalilApp:
    """Make the interface for a member."""
    return DalilApp(folder / "repository", folder / handle)


def tamper(folder: Path) -> str:
    """Commit a change to a case with stock git, unsigned, as somebody else; give the commit."""
    repository = folder / "repository"
    target = repository / "cases" / "main" / SHOP[:2] / f"{SHOP}.age"
    target.write_bytes((repository / "cases" / "main" / HOUSE[:2] / f"{HOUSE}.age").read_bytes())
    person = ("-c", "user.name=nour", "-c", "user.email=nour@dalil.invalid")
    git = ("git", "-C", str(repository), *person, "-c", "commit.gpgsign=false")
    subprocess.run([*git, "commit", "-q", "-a", "-m", "edit case"], check=True)
    said = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return said.stdout.strip()


def forget_pin(folder: Path) -> None:
    """Make it a copy whose root nobody has confirmed."""
    (folder / "repository" / ".git" / "dalil" / "pin.yaml").unlink()


def _write(vault: Vault) -> None:
    with vault.new(why="First account of his sister", case_id=SHOP) as case:
        case.set("overview.reference", "D-01")
        case.set("overview.title", "A shop owner [b]taken[/b]")
        case.set("overview.status", "intake")
        case.set("overview.summary", STORY)
    with vault.new(why="The deeds were found", case_id=HOUSE) as case:
        case.set("overview.reference", "D-02")
        case.set("overview.title", "A house taken")
    with vault.new(why="She spoke alone", case_id=WITNESS, compartment="witness") as case:
        case.set("overview.title", "The witness of D-01")


def _admit_omar(vault: Vault, folder: Path, clock: Callable[[], float]) -> None:
    before = vault.policy
    members = {**before.members, "omar": _member(folder, "omar", "reviewer", ("main",))}
    after = msgspec.structs.replace(before, version=before.version + 1, members=members)
    assert vault.identity is not None
    author = Author("nour", vault.identity.signer, int(clock()))
    files = [("policy.yaml", dump(after))]
    make_commit(vault.git_dir, vault.objects, vault.tip, files, "policy", author)
    vault.refresh()
    vault.settle()


def _member(folder: Path, handle: str, role: str, compartments: tuple[str, ...]) -> Member:
    keys = identity.public(str(folder / handle))
    return Member(
        role=role,  # type: ignore[arg-type] # the table above holds roles
        sign=(keys.sign,),
        age=(keys.age,),
        compartments=compartments,
    )


def _clock() -> Callable[[], float]:
    """Let an hour pass between two readings, from 2026-01-05 09:00 UTC on."""
    now = 1767603600.0

    def read() -> float:
        nonlocal now
        now += 3600
        return now

    return read
