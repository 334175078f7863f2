"""A recovery key: made at a terminal, written on paper, and used when keys are lost."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from store import paper
from store.crypto import age, identity
from store.policy_change import apply_policy
from store.trust.membership import add_recovery
from store.vault import Vault
from tests.tui.cli.conftest import Dalil
from tests.tui.terminal import Terminal

needs_age = pytest.mark.skipif(shutil.which("age") is None, reason="needs the age program")
GROUP = re.compile(r"From the paper, line (\d), group (\d): ")


def at_terminal(team: Path, *words: str) -> Terminal:
    """Run a command as nour in a terminal."""
    arguments = ["dalil", "-C", str(team / "repository"), *words]
    code = f"import sys; from tui.cli import run; sys.argv = {arguments!r}; run()"
    return Terminal(code, environ={"DALIL_HOME": str(team / "nour")})


def shown_key(terminal: Terminal) -> age.Identity:
    terminal.wait_for("Then press enter: ")
    return paper.read(terminal.output.decode().replace("\r", ""))


def answer(terminal: Terminal, key: age.Identity, *, wrong: bool = False) -> None:
    """Type back what is asked for, in lower case."""
    for number in range(1, 3):
        end = time.monotonic() + 20
        while len(asked := GROUP.findall(terminal.output.decode())) < number:
            assert time.monotonic() < end, terminal.output[-500:]
            terminal._read()
        line, at = map(int, asked[-1])
        terminal.send(("zzzz" if wrong else paper.groups(key.secret, line)[at - 1].lower()) + "\n")
        if wrong:
            return


@pytest.fixture
def sheet(team: Path) -> age.Identity:
    """A recovery key that is in force, as on paper."""
    key = age.new_identity()
    with Vault.open(str(team / "repository"), identity.unlock(team / "nour")) as vault:
        apply_policy(vault, add_recovery(vault.policy, key.recipient))
    return key


def written(folder: Path, key: age.Identity) -> str:
    path = folder / "paper.txt"
    path.write_text(paper.write(key))
    return str(path)


def on_disk(secret: str, *folders: Path) -> bool:
    needles = (secret.encode(), secret.lower().encode())
    files = [f for folder in folders for f in folder.rglob("*") if f.is_file()]
    return any(needle in file.read_bytes() for file in files for needle in needles)


@pytest.mark.pty
@needs_age
def test_a_recovery_key_is_shown_once_typed_back_and_opens_every_epoch_key(
    team: Path, dalil: Dalil, tmp_path: Path
) -> None:
    assert dalil("compartment", "rotate", "main", "--yes").code == 0
    with at_terminal(team, "recovery", "new") as terminal:
        key = shown_key(terminal)
        terminal.send("\n")
        answer(terminal, key)
        assert terminal.wait_for_end() == 0, terminal.output
        after = terminal.output.partition(b"Then press enter: ")[2]
    assert b"\x1b[3J" in after  # also what could be scrolled back to
    assert key.secret.encode() not in after
    assert not on_disk(key.secret, team)
    listed = dalil("recovery", "list", "--json").json()
    assert [row["recipient"] for row in listed] == [key.recipient]
    source = written(tmp_path, key)
    for file in sorted((team / "repository" / "keys").rglob("*.age")):
        opened = subprocess.run(
            ["age", "-d", "-i", source, str(file)], capture_output=True, check=True
        )
        assert opened.stdout.startswith(b"# Dalil epoch key")
    assert dalil("verify").code == 0


@pytest.mark.pty
def test_who_did_not_write_it_down_changes_nothing(team: Path, dalil: Dalil) -> None:
    with at_terminal(team, "recovery", "new") as terminal:
        key = shown_key(terminal)
        terminal.send("\n")
        answer(terminal, key, wrong=True)
        for _ in range(2):
            terminal.send("zzzz\n")
        assert terminal.wait_for_end() == 1
    assert b"the paper does not hold the key, so nothing was changed" in terminal.output
    assert dalil("recovery", "list", "--json").json() == []


def test_without_a_terminal_no_key_is_shown(dalil: Dalil) -> None:
    refused = dalil("recovery", "new")
    assert refused.code == 1
    assert "shown to a person at a terminal" in refused.err
    assert "AGE-SECRET-KEY" not in refused.out + refused.err


@pytest.mark.pty
def test_somebody_who_is_no_admin_is_told_before_anything_is_shown(team: Path) -> None:
    shutil.rmtree(team / "nour")
    shutil.copytree(team / "sami", team / "nour")
    with at_terminal(team, "recovery", "new") as terminal:
        assert terminal.wait_for_end() == 1
        assert b"only an admin" in terminal.output
        assert b"AGE-SECRET-KEY" not in terminal.output


def test_a_recovery_key_is_removed_by_its_beginning_and_new_epochs_are_closed_to_it(
    team: Path, dalil: Dalil, sheet: age.Identity
) -> None:
    assert dalil("recovery", "remove", "age1").code == 1
    removed = dalil("recovery", "remove", sheet.recipient[:20], "--yes")
    assert removed.code == 0, removed.err
    assert dalil("recovery", "list", "--json").json() == []
    newest = (team / "repository" / "keys" / "main" / "2.age").read_bytes()
    with pytest.raises(Exception, match="none of your keys"):
        age.decrypt(newest, [sheet])
    assert dalil("verify").code == 0


def test_an_admin_whose_key_files_are_spoilt_puts_them_right_in_one_commit(
    team: Path, dalil: Dalil, sheet: age.Identity, tmp_path: Path
) -> None:
    spoil(team)
    assert all(row["state"] == "sealed" for row in dalil("list", "--json").json())
    done = dalil("recover", "--from", written(tmp_path, sheet), "--json")
    assert done.code == 0, done.err
    log = subprocess.run(
        ["git", "-C", str(team / "repository"), "log", "-1", "--format=%H %s"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert log.stdout.split() == [done.json()["commit"], "keys"]
    assert all(row["state"] == "open" for row in dalil("list", "--json").json())
    assert dalil("show", "SY-2024-0001", by="sami").code == 0
    assert dalil("verify").code == 0


def spoil(team: Path) -> None:
    """Write key files that only the recovery key opens, as a clumsy admin could."""
    from store.epoch_files import all_keys, key_files
    from store.writing import Author, make_commit

    with Vault.open(str(team / "repository"), identity.unlock(team / "nour")) as vault:
        files = []
        for name in vault.policy.compartments:
            keys = all_keys(vault, name, vault.epoch_keys)
            files += key_files(name, keys, vault.policy.recovery, vault.identity.plugins)  # type: ignore[union-attr] # nour has keys
        author = Author("nour", identity.unlock(team / "nour").signer, int(time.time()))
        vault.accept(make_commit(vault.git_dir, vault.objects, vault.tip, files, "keys", author))
        vault.settle()


def test_an_admin_who_lost_the_age_key_gets_a_new_one_into_the_policy(
    team: Path, dalil: Dalil, sheet: age.Identity, tmp_path: Path
) -> None:
    (team / "nour" / "age_identity").unlink()
    made = dalil("key", "new", "--no-passphrase", "--json")
    assert made.code == 0, made.err
    done = dalil("recover", "--from", written(tmp_path, sheet))
    assert done.code == 0, done.err
    with Vault.open(str(team / "repository"), identity.unlock(team / "nour")) as vault:
        assert vault.policy.members["nour"].age == (made.json()["age"],)
    assert all(row["state"] == "open" for row in dalil("list", "--json").json())
    assert dalil("verify").code == 0


def test_when_all_members_lost_their_keys_the_paper_still_reads(
    team: Path, dalil: Dalil, sheet: age.Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    for handle in ("nour", "sami", "lina"):
        shutil.rmtree(team / handle)
    text = paper.write(sheet).lower().replace("0", "O")
    text = "\n".join(line for line in text.splitlines() if "age-secret" not in line)
    (team / "typed.txt").write_text(text)
    made = dalil("recover", "--no-passphrase", "--from", str(team / "typed.txt"), "--json")
    assert made.code == 0, made.err
    assert made.json()["age"] == sheet.recipient
    assert [row["state"] for row in dalil("list", "--json").json()] == ["open"] * 3
    assert "Salma" in dalil("show", "SY-2024-0002").out
    assert "SY-2018-0003" in dalil("search", "mamluk").out
    refused = dalil("set", "SY-2024-0001", "overview.title", "x", "--why", "y")
    assert "belongs to no member" in refused.err


def test_such_keys_can_be_made_beside_ones_own(
    team: Path, dalil: Dalil, sheet: age.Identity, tmp_path: Path
) -> None:
    source = written(tmp_path, sheet)
    by_reviewer = dalil("recover", "--from", source, by="lina")
    assert by_reviewer.code == 1
    assert "only an admin" in by_reviewer.err
    made = dalil(
        "recover", "--from", source, "--to", str(team / "reader"), "--no-passphrase", by="lina"
    )
    assert made.code == 0, made.err
    assert dalil("show", "SY-2024-0002", by="reader").code == 0
    assert oct((team / "reader" / "age_identity").stat().st_mode & 0o777) == "0o600"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nothing", "line 1 of the paper"),
        (paper.write(age.new_identity()), "is not a recovery key of this repository"),
    ],
)
def test_a_paper_that_is_wrong_or_foreign_is_named(
    team: Path, dalil: Dalil, sheet: age.Identity, tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "paper.txt").write_text(text)
    refused = dalil("recover", "--from", str(tmp_path / "paper.txt"))
    assert refused.code == 1
    assert words in refused.err
    assert dalil("recover", "--from", str(tmp_path / "gone")).code == 1


@pytest.mark.pty
def test_a_paper_is_typed_line_by_line_and_a_slip_is_said_at_once(
    team: Path, dalil: Dalil, sheet: age.Identity
) -> None:
    lines = [line.strip("# ") for line in paper.write(sheet).splitlines()]
    rows = [line.partition(" ")[2] for line in lines if re.match(r"[1-4] ", line)]
    with at_terminal(team, "recover") as terminal:
        terminal.wait_for("Line 1, with its check word: ")
        terminal.send(rows[1] + "\n")
        terminal.wait_for("line 1 of the paper does not fit its check word")
        for row in rows:
            terminal.send(row.lower() + "\n")
        assert terminal.wait_for_end() == 0, terminal.output
    assert dalil("verify").code == 0
    assert os.path.exists(team / "nour" / "age_identity")


def test_the_threshold_holds_for_recovery_keys_too(
    team: Path, dalil: Dalil, sheet: age.Identity, tmp_path: Path
) -> None:
    assert dalil("member", "role", "sami", "admin").code == 0
    assert dalil("policy", "threshold", "2").code == 0
    refused = dalil("recovery", "remove", sheet.recipient, "--yes")
    assert "needs 2 admins" in refused.err
    proposal = str(tmp_path / "proposal")
    assert dalil("recovery", "remove", sheet.recipient, "--yes", "--propose", proposal).code == 0
    assert dalil("policy", "approve", proposal, "--yes", by="sami").code == 0
