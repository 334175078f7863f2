"""Stock git, ssh-keygen and age confirm what Dalil writes; nobody reads it without a key."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from store.crypto import age
from store.crypto.padding import padded_length
from store.model import codec
from store.repo.objects import ObjectReader
from store.trust.paths import case_path
from tests.store.office import FIRST, HIDDEN, MARKER, SECOND, Office, files_with

AGE_OVERHEAD = 700  # header, stanza, a second one of random length, nonce, a tag for each 64 KiB


def test_git_finds_nothing_wrong(office: Office) -> None:
    office.edit("sami", "another")
    with office.open() as vault:
        vault.revert(FIRST, office.git("rev-parse", "HEAD~1").strip(), "back")
    said = office.git("fsck", "--strict", "--full", check=False)
    assert "dangling" not in said
    assert "error" not in said
    assert "warning" not in said
    assert office.is_clean()
    assert office.git("stash", "list") == ""


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen")
def test_git_confirms_every_signature_by_the_policys_keys(office: Office, tmp_path: Path) -> None:
    office.edit("sami", "another")
    policy = codec.load((office.folder / "policy.yaml").read_bytes())
    allowed = tmp_path / "allowed"
    allowed.write_text(
        "".join(f"{h} {key}\n" for h, m in policy["members"].items() for key in m["sign"])
    )
    said = office.git("-c", f"gpg.ssh.allowedSignersFile={allowed}", "log", "--format=%G? %GS %an")
    assert said.splitlines() == ["G sami sami", *["G nour nour"] * 4]
    shown = office.git("-c", f"gpg.ssh.allowedSignersFile={allowed}", "log", "--show-signature")
    assert shown.count('Good "git" signature for') == 5


@pytest.mark.skipif(
    shutil.which("age") is None or shutil.which("bash") is None, reason="needs age and bash"
)
def test_the_readmes_recipe_gives_the_text_byte_for_byte(office: Office, tmp_path: Path) -> None:
    readme = (office.folder / "README.md").read_text(encoding="utf-8")
    recipe = next(line.strip() for line in readme.splitlines() if "age -d -i age_id" in line)
    home = tmp_path / "a home"
    shutil.copytree(office.homes["nour"], home)
    for case_id, compartment in ((FIRST, "main"), (HIDDEN, "witness")):
        line = recipe.replace("age_identity", shlex.quote(str(home / "age_identity")))
        line = line.replace("keys/main", f"keys/{compartment}")
        line = line.replace(
            "cases/main/ab/abcdef0123456789abcd.age", case_path(compartment, case_id)
        )
        done = subprocess.run(
            ["bash", "-c", line], cwd=office.folder, check=True, capture_output=True
        )
        text = done.stdout
        with office.open() as vault:
            assert text.rstrip(b"\n") + b"\n" == vault.text(case_id)
            assert vault.get(case_id).dump() == vault.text(case_id)
        assert len(text) == padded_length(len(text.rstrip(b"\n")) + 1) >= 4096
        assert MARKER.encode() in text


def test_a_size_tells_no_more_than_its_step(office: Office) -> None:
    with office.open("sami") as vault:
        for length in (10, 3000, 5000, 5100, 20_000, 60_000):
            with vault.edit(SECOND, why="x") as case:
                case.set("overview.summary", "x" * length)
    with office.open() as vault:
        keys = [*vault.keys_of("main"), *vault.keys_of("witness")]
    listed = office.git("rev-list", "--objects", "HEAD", "--", "cases").split("\n")
    blobs = [line.split()[0] for line in listed if line.endswith(".age")]
    assert len(blobs) == 9
    with ObjectReader(office.git_dir) as objects:
        for _, content in objects.read_many(blobs):
            length = len(age.decrypt(content, keys))
            assert length == padded_length(length)
            assert 0 < len(content) - length < AGE_OVERHEAD


def test_no_text_of_a_case_lies_anywhere_on_the_disk(office: Office, tmp_path: Path) -> None:
    """Neither after saving, listing, searching nor reading the history."""
    with office.open("sami") as vault:
        with vault.edit(FIRST, why=f"because {MARKER}") as case:
            case.set("overview.summary", f"{MARKER} summary")
        vault.summaries()
        vault.find("SY-2026-0001")
        vault.verify()
    office.git("gc", "--quiet")
    everything = [office.folder, *office.homes.values(), tmp_path]
    assert files_with(MARKER, everything) == []
    assert files_with("because", [office.folder]) == []
    assert office.git("log", "--format=%B").split() == [
        "edit",
        "case",
        *["new", "case"] * 3,
        "policy",
    ]
