"""What names a program to run: recipients, settings, hooks, drivers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.crypto import age
from store.errors import BadFormat
from store.history import case_history
from store.trust.membership import add_member, add_recovery, rotate_keys
from tests.attack.arena import CASE, HONEST_TITLE, Arena
from tests.store.office import FIRST, stock_environment

ROOT = Path(__file__).parents[2]
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def bech32(prefix: str, data: bytes) -> str:
    """Write a recipient as age does; format: BIP 173."""
    bits = "".join(f"{byte:08b}" for byte in data)
    values = [int(bits[i : i + 5].ljust(5, "0"), 2) for i in range(0, len(bits), 5)]
    spread = [ord(sign) >> 5 for sign in prefix] + [0] + [ord(sign) & 31 for sign in prefix]
    check = 1
    for value in [*spread, *values, 0, 0, 0, 0, 0, 0]:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, factor in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= factor if top >> bit & 1 else 0
    values += [(check ^ 1) >> 5 * (5 - place) & 31 for place in range(6)]
    return f"{prefix}1{''.join(LETTERS[value] for value in values)}"


EVIL = bech32("age1evil", b"x" * 20)


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a program that leaves `sprung` beside it, and stands first on PATH for a plugin."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "age-plugin-evil"
    program.write_text(f"#!/bin/sh\ntouch '{tmp_path}/sprung'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return program


def sprung(trap: Path) -> Path:
    return trap.parent.parent / "sprung"


def test_age_itself_runs_what_a_recipient_names(trap: Path) -> None:
    subprocess.run(["age", "-r", EVIL], input=b"x", capture_output=True, check=False)
    assert sprung(trap).exists()


def test_a_recipient_that_names_a_program(arena: Arena, trap: Path) -> None:
    policy, key = arena.policy(), arena.keys("eve").public
    with pytest.raises(BadFormat, match="not an age"):
        add_member(policy, "eve", "editor", sign=[key], age=[EVIL], compartments=["main"])
    with pytest.raises(BadFormat):
        rotate_keys(policy, "sami", age=[EVIL])
    with pytest.raises(BadFormat):
        add_recovery(policy, EVIL)
    with pytest.raises(BadFormat):
        age.encrypt(b"x", [EVIL])
    assert not sprung(trap).exists()


def test_a_member_is_added_who_names_a_program(arena: Arena, trap: Path) -> None:
    line = [sys.executable, "-m", "tui", "-C", str(arena.folder), "member", "add", "eve", "--yes"]
    line += ["--sign", arena.keys("eve").public, "--age", EVIL, "--role", "editor"]
    environment = os.environ | {"DALIL_HOME": str(arena.homes["nour"]), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*line, "--compartment", "main"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 1
    assert "not an age" in done.stderr
    assert "Traceback" not in done.stderr
    assert arena.head() == arena.honest
    assert not sprung(trap).exists()


def test_a_policy_that_names_a_program_runs_none(arena: Arena, trap: Path) -> None:
    policy = arena.raw(f"{arena.honest}:policy.yaml").replace(b"version: 1", b"version: 2")
    policy = policy.replace(arena.keys("sami").age.recipient.encode(), EVIL.encode())
    bad = arena.commit_as("nour", {"policy.yaml": policy}, message="policy")
    assert arena.git_says() == "G"
    arena.refuses(bad, 3, "not an age")
    assert not sprung(trap).exists()


def settings(trap: Path) -> str:
    return f"""
[core]
    fsmonitor = {trap}
    hooksPath = {trap.parent}
    sshCommand = {trap}
    pager = {trap}
    editor = {trap}
[gpg]
    program = {trap}
[gpg "ssh"]
    program = {trap}
    allowedSignersFile = {trap.parent}/everybody
[log]
    showSignature = true
[diff]
    external = {trap}
[diff "evil"]
    textconv = {trap}
    command = {trap}
[filter "evil"]
    clean = {trap}
    smudge = {trap}
[merge "evil"]
    driver = {trap}
[extensions]
    partialClone = evil
[remote "evil"]
    url = ext::{trap}
    promisor = true
[protocol]
    allow = always
[include]
    path = {trap.parent}/more
"""


def spoil(arena: Arena, trap: Path) -> None:
    """Put everything that git would run into the settings of the repository."""
    with Path(arena.git_dir, "config").open("a") as file:
        file.write(settings(trap))
    (trap.parent / "more").write_text(f"[alias]\n    log = !{trap}\n")
    Path(arena.git_dir, "info").mkdir(exist_ok=True)
    Path(arena.git_dir, "info", "attributes").write_text("* diff=evil filter=evil merge=evil\n")
    for name in ("reference-transaction", "post-index-change", "post-checkout", "pre-commit"):
        (trap.parent / name).symlink_to(trap)
        hook = Path(arena.git_dir, "hooks", name)
        hook.parent.mkdir(exist_ok=True)
        hook.symlink_to(trap)


@pytest.mark.parametrize(
    "line", [["status"], ["log", "-1"], ["diff", "HEAD~1"], ["verify-commit", "HEAD"]]
)
def test_git_runs_what_a_repository_names(arena: Arena, trap: Path, line: list[str]) -> None:
    spoil(arena, trap)
    arena.git(*line, check=False)
    assert sprung(trap).exists()


def test_nothing_that_a_repository_names_is_run(arena: Arena, trap: Path) -> None:
    spoil(arena, trap)
    assert arena.report().is_authentic
    with arena.open("sami") as vault:
        assert vault.get(FIRST).title == HONEST_TITLE
        with vault.edit(FIRST, why="goes on") as case:
            case.set("overview.title", "new")
        vault.settle()
        assert vault.verify().is_authentic
        assert len(case_history(vault, FIRST)) == 2
    assert not sprung(trap).exists()


def test_signers_that_the_repositorys_own_settings_allow(arena: Arena, trap: Path) -> None:
    """Whom git trusts stands in a file that the repository itself may name."""
    (trap.parent / "everybody").write_text(f"nour@dalil.invalid {arena.keys('eve').public}\n")
    option = f'[gpg "ssh"]\n\tallowedSignersFile = {trap.parent}/everybody\n'
    with Path(arena.git_dir, "config").open("a") as file:
        file.write(option)
    bad = arena.commit_as("eve", {CASE: arena.sealed()}, name="nour")
    assert arena.git("log", "-1", "--format=%G? %GS").strip() == "G nour@dalil.invalid"
    done = subprocess.run(
        ["git", "-C", arena.git_dir, "verify-commit", bad],
        capture_output=True,
        check=False,
        env=stock_environment(),
    )
    assert done.returncode == 0
    arena.refuses(bad, 2, "no member's")
