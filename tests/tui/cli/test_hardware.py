"""Members whose keys are in hardware: a plugin to read with, an agent's key to sign with."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from store.crypto import plugins
from tests.store.crypto.hardware import HardwareAgent
from tests.store.crypto.testkey import Key, install, new_key
from tests.tui.cli.conftest import Dalil

needs_age = pytest.mark.skipif(shutil.which("age") is None, reason="needs the age program")


@pytest.fixture
def device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the plugin `testkey`, which is one of the known ones here."""
    folder = tmp_path / "bin"
    install(folder)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(plugins, "KNOWN", frozenset({"testkey", "yubikey"}))
    return folder


@pytest.fixture
def key(tmp_path: Path) -> Key:
    made = new_key()
    (tmp_path / "plugin-identity").write_bytes(made.file())
    return made


def allow(team: Path, *handles: str) -> None:
    for handle in handles:
        (team / handle).mkdir(mode=0o700, exist_ok=True)
        (team / handle / "settings.yaml").write_text("plugins: [testkey]\n")


def touches(device: Path) -> int:
    path = device / "count"
    return len(path.read_text().splitlines()) if path.exists() else 0


@pytest.fixture
def omar(device: Path, key: Key, team: Path, tmp_path: Path, dalil: Dalil) -> Path:
    """A member who reads with the plugin, in both compartments."""
    allow(team, "nour", "omar")
    made = dalil(
        "key", "new", "--no-passphrase", "--plugin", str(tmp_path / "plugin-identity"), "--json",
        by="omar",
    )  # fmt: skip
    assert made.code == 0, made.err
    assert made.json()["age"] == key.recipient
    added = dalil(
        "member", "add", "omar", "--role", "admin", "--yes", "--sign", made.json()["sign"],
        "--age", key.recipient, "--compartment", "main", "--compartment", "witness",
    )  # fmt: skip
    assert added.code == 0, added.err
    return team / "omar"


def test_a_member_reads_and_writes_through_a_plugin_with_one_touch_for_each_compartment(
    omar: Path, device: Path, dalil: Dalil
) -> None:
    listed = dalil("list", "--json", by="omar")
    assert listed.code == 0, listed.err
    assert [row["state"] for row in listed.json()] == ["open"] * 3
    assert touches(device) == 2
    assert "touch the test key" in listed.err
    again = dalil("search", "mamluk", by="omar")  # from the index, which no touch opens alone
    assert "SY-2018-0003" in again.out
    assert touches(device) == 4
    shown = dalil("show", "SY-2024-0001", by="omar")
    assert "Forced return" in shown.out, shown.err
    was = touches(device)
    said = dalil("set", "SY-2024-0001", "overview.title", "Another", "--why", "b", by="omar")
    assert said.code == 0, said.err
    assert touches(device) - was <= 2
    assert "Another" in dalil("show", "SY-2024-0001").out
    assert dalil("verify").code == 0


def test_after_new_epochs_one_touch_still_opens_all_of_a_compartment(
    omar: Path, device: Path, dalil: Dalil, team: Path
) -> None:
    for _ in range(2):
        done = dalil("compartment", "rotate", "main", "--yes")
        assert done.code == 0, done.err
    was = touches(device)
    rotated = dalil("compartment", "rotate", "main", "--yes", by="omar")
    assert rotated.code == 0, rotated.err  # who opened the newest alone can still write all again
    assert touches(device) - was <= 2
    was = touches(device)
    assert dalil("show", "SY-2024-0001", by="omar").code == 0
    assert touches(device) - was <= 2
    verified = dalil("verify", "--json")
    assert verified.code == 0
    assert verified.json()["findings"] == []
    removed = dalil("member", "remove", "omar")
    assert removed.code == 0, removed.err
    assert dalil("show", "SY-2024-0001", by="omar").code != 0


@needs_age
def test_stock_age_opens_an_older_epoch_by_way_of_the_newest(
    omar: Path, dalil: Dalil, team: Path, tmp_path: Path
) -> None:
    assert dalil("compartment", "rotate", "main", "--yes").code == 0
    folder = team / "repository" / "keys" / "main"

    def opened(identity: bytes, name: str) -> bytes:
        (tmp_path / "with").write_bytes(identity)
        command = ["age", "-d", "-i", str(tmp_path / "with"), str(folder / name)]
        return subprocess.run(command, capture_output=True, check=True).stdout

    newest = opened((omar / "age_identity").read_bytes(), "2.age")
    assert opened(newest, "1.age").startswith(b"# Dalil epoch key: compartment main, epoch 1")


def test_without_the_plugin_allowed_here_nothing_runs_and_one_line_says_so(
    omar: Path, device: Path, dalil: Dalil
) -> None:
    was = touches(device)
    (omar / "settings.yaml").unlink()
    listed = dalil("list", by="omar")
    assert listed.code == 1
    assert "the plugin testkey may not run on this machine" in listed.err
    assert touches(device) == was
    assert dalil("verify", by="omar").code == 0


def test_an_admin_who_does_not_allow_the_plugin_cannot_wrap_to_it(
    device: Path, key: Key, team: Path, dalil: Dalil
) -> None:
    command = ["member", "rotate", "sami", "--age", key.recipient, "--yes"]
    refused = dalil(*command)
    assert refused.code == 1
    assert "the plugin testkey may not run on this machine" in refused.err
    allow(team, "nour")
    assert dalil(*command).code == 0


def test_a_recipient_of_a_plugin_nobody_knows_is_refused_by_name(
    device: Path, dalil: Dalil, team: Path, tmp_path: Path
) -> None:
    install(device, "evil")
    evil = new_key("evil")
    refused = dalil("member", "rotate", "sami", "--age", evil.recipient, "--yes")
    assert refused.code == 1
    assert "is not an age recipient" in refused.err
    (tmp_path / "evil").write_bytes(evil.file())
    allow(team, "omar")
    made = dalil("key", "new", "--no-passphrase", "--plugin", str(tmp_path / "evil"), by="omar")
    assert made.code == 1
    assert "no policy takes recipients of the plugin evil" in made.err
    assert not (device / "environment").exists()


def test_a_hardware_key_in_an_agent_is_taken_and_its_owner_is_told_to_touch_it(
    team: Path, tmp_path: Path, dalil: Dalil, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HardwareAgent(tmp_path) as agent:
        monkeypatch.setenv("SSH_AUTH_SOCK", agent.address)
        made = dalil("key", "new", "--no-passphrase", "--agent", "a key", "--json", by="omar")
        assert made.json()["sign"] == agent.public
        added = dalil(
            "member", "add", "omar", "--role", "editor", "--yes", "--compartment", "main",
            "--sign", agent.public, "--age", made.json()["age"],
        )  # fmt: skip
        assert added.code == 0, added.err
        said = dalil("set", "SY-2024-0001", "overview.title", "New", "--why", "b", by="omar")
        assert said.code == 0, said.err
        assert "Touch your key" in said.err
        assert agent.signed == 1
    assert dalil("verify").code == 0
