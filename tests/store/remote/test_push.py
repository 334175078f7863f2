from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.errors import Cancelled, Moved, NotFound, Remote, StoreError
from store.remote import state as states
from store.remote.push import push
from store.repo import carrier
from store.repo.carrier import Way
from store.repo.faults import Declined
from tests.store.office import SECOND, Office
from tests.store.remote.remotes import fake_program, fake_ssh, guard, hook, readdress, refs, send

HERE = Way("", "")


def carriers(office: Office) -> list[str]:
    return [name for name in os.listdir(Path(office.git_dir) / "dalil") if "carrier" in name]


def test_what_is_here_goes_there_and_is_remembered(mine: Office, server: Office) -> None:
    mine.edit("sami", "one")
    tip = mine.edit("sami", "two")
    with mine.open("sami") as vault:
        assert push(vault, "origin", HERE) == 2
    assert server.head() == tip
    assert states.read(mine.git_dir)["origin"].tip == tip
    assert refs(mine)["refs/dalil/incoming/origin"] == tip
    assert refs(server) == {"refs/heads/main": tip}
    assert server.git("fsck", "--strict") == ""
    assert carriers(mine) == []


def test_what_is_there_already_is_no_fault(mine: Office, server: Office) -> None:
    with mine.open("sami") as vault:
        assert push(vault, "origin", HERE) == 0


def test_a_remote_that_moved_on_is_not_overwritten(
    mine: Office, office: Office, server: Office
) -> None:
    tip = office.edit("nour", "theirs")
    send(office, server)
    mine.edit("sami", "mine", SECOND)
    with mine.open("sami") as vault, pytest.raises(Moved):
        push(vault, "origin", HERE)
    assert server.head() == tip


@pytest.mark.usefixtures("by_ssh")
def test_a_remote_with_our_hook_takes_what_is_authentic(mine: Office, server: Office) -> None:
    guard(server)
    tip = mine.edit("sami", "one")
    with mine.open("sami") as vault:
        assert push(vault, "origin", HERE) == 1
    assert server.head() == tip


@pytest.mark.usefixtures("by_ssh")
def test_the_reason_of_a_hook_is_told_in_its_own_words_and_scrubbed(
    mine: Office, server: Office
) -> None:
    hook(server, "printf 'closed \\033[2Jtoday\\nمغلق \\342\\200\\256abc\\n' >&2; exit 1")
    before = server.head()
    mine.edit("sami", "one")
    with mine.open("sami") as vault, pytest.raises(Declined) as caught:
        push(vault, "origin", HERE)
    words = str(caught.value.values["words"])
    assert words.startswith("closed [2Jtoday مغلق")
    assert words.isprintable()
    assert server.head() == before
    assert states.read(mine.git_dir)["origin"].tip == before


@pytest.mark.usefixtures("by_ssh")
def test_an_endless_reason_is_cut_short(mine: Office, server: Office) -> None:
    hook(server, "head -c 3000000 /dev/zero | tr '\\0' x >&2; exit 1")
    mine.edit("sami", "one")
    with mine.open("sami") as vault, pytest.raises(Declined) as caught:
        push(vault, "origin", HERE)
    assert len(str(caught.value)) < 1000


def test_a_push_over_ssh_asks_nobody(
    mine: Office, server: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = fake_ssh(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{ssh}:/usr/bin:/bin")
    readdress(mine, f"nour@example.org:{server.folder}")
    tip = mine.edit("sami", "one")
    with mine.open("sami") as vault:
        push(vault, "origin", HERE)
    assert server.head() == tip
    said = (ssh / "arguments").read_text().splitlines()
    assert {"-oBatchMode=yes", "-oForwardAgent=no", "nour@example.org"} <= set(said)


def test_a_hostile_configuration_of_the_repository_runs_nothing(
    mine: Office, server: Office, tmp_path: Path
) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    hooks = Path(mine.git_dir) / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-push", "reference-transaction", "pre-auto-gc"):
        (hooks / name).symlink_to(trap)
    for key, value in {
        "core.sshCommand": str(trap),
        "core.hooksPath": str(hooks),
        "core.alternateRefsCommand": str(trap),
        "credential.helper": f"!{trap}",
        "push.gpgSign": "true",
        "gpg.program": str(trap),
        "pack.packSizeLimit": "1",
        "remote.origin.receivepack": str(trap),
        f"url.{tmp_path}/elsewhere.pushInsteadOf": str(server.folder),
    }.items():
        mine.git("config", key, value)
    tip = mine.edit("sami", "one")
    with mine.open("sami") as vault:
        push(vault, "origin", HERE)
    assert server.head() == tip
    assert not (tmp_path / "sprung").exists()


@pytest.mark.usefixtures("by_ssh")
def test_a_push_can_be_stopped_and_goes_on_next_time(mine: Office, server: Office) -> None:
    hook(server, "exec sleep 60")
    tip = mine.edit("sami", "one")
    calls = iter(range(1000))
    with mine.open("sami") as vault, pytest.raises(Cancelled):
        push(vault, "origin", Way("", "", is_cancelled=lambda: next(calls) > 3))
    assert carriers(mine) == []
    hook(server, "exit 0")
    with mine.open("sami") as vault:
        assert push(vault, "origin", HERE) == 1
    assert server.head() == tip


def test_a_remote_that_says_nothing_is_given_up(
    mine: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", fake_program(tmp_path / "bin", "exec sleep 60"))
    monkeypatch.setattr(carrier, "_FIRST_WORD", 0.5)
    readdress(mine, "nour@example.org:x")
    with mine.open("sami") as vault, pytest.raises(Remote, match="sent nothing"):
        push(vault, "origin", HERE)


@pytest.mark.parametrize(
    "said",
    [
        "Host key verification failed.",
        "@@@@@@@@\\nWARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!",
        "No ED25519 host key is known for example.org and you have requested strict checking.",
    ],
)
def test_an_unknown_host_key_is_named_as_such(
    mine: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    script = f"printf '%b\\n' '{said}' >&2; exit 255"
    monkeypatch.setenv("PATH", fake_program(tmp_path / "bin", script))
    readdress(mine, "nour@example.org:x")
    with mine.open("sami") as vault, pytest.raises(Remote, match="host key"):
        push(vault, "origin", HERE)


def test_a_full_disk_on_the_other_side_is_not_ours(mine: Office, server: Office) -> None:
    server.git("config", "receive.maxInputSize", "10")
    server.git("config", "receive.unpackLimit", "1")
    mine.edit("sami", "one")
    with mine.open("sami") as vault, pytest.raises(StoreError):
        push(vault, "origin", HERE)
    assert mine.is_clean()


def test_there_is_no_such_remote(mine: Office) -> None:
    with mine.open("sami") as vault, pytest.raises(NotFound):
        push(vault, "elsewhere", HERE)


def test_what_a_killed_process_left_is_taken_away(mine: Office, server: Office) -> None:
    local = Path(mine.git_dir) / "dalil"
    left, living = local / "carrier-left", local / "carrier-living"
    packs = Path(mine.git_dir) / "objects" / "pack"
    packs.mkdir(exist_ok=True)
    for folder in (left, living):
        folder.mkdir()
    half, fresh = packs / "tmp_pack_aaaaaa", packs / "tmp_pack_bbbbbb"
    half.write_bytes(b"x")
    fresh.write_bytes(b"x")
    held = carrier._hold(str(living))
    for path in (left, living, half):
        os.utime(path, (1, 1))
    with mine.open("sami") as vault:
        push(vault, "origin", HERE)
    os.close(held)
    assert not left.exists()
    assert living.exists()
    assert not half.exists()
    assert fresh.exists()


@pytest.mark.parametrize("name", ["HEAD.lock", "refs/heads/main.lock"])
def test_a_lock_that_a_killed_git_left_in_a_folder_is_in_nobodys_way(
    mine: Office, server: Office, name: str
) -> None:
    tip = mine.edit("sami", "mine")
    lock = server.folder / name
    lock.touch()
    with mine.open("sami") as vault:
        with pytest.raises(Declined, match=r"it says: error: cannot lock ref"):
            push(vault, "origin", HERE)  # somebody may be at work
        os.utime(lock, (1, 1))
        assert push(vault, "origin", HERE) == 1
    assert server.head() == tip
