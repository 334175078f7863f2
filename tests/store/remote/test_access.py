"""Remotes that ask for something: a password over https, a host key over ssh. Nobody is asked."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.errors import Refused
from store.remote.sync import Synced, sync
from store.repo import carrier
from store.repo.faults import Asks
from tests.store.office import Office, files_with, wait_until
from tests.store.remote.remotes import readdress
from tests.store.remote.web import Web, serve_https

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PASSWORD = "s3cret-Wort"  # noqa: S105 - of a server that lives as long as a test


@pytest.fixture
def web(server: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    server.git("config", "http.receivepack", "true")
    with serve_https(tmp_path, tmp_path / "web", PASSWORD) as web:
        trusting = (*carrier._SETTINGS, f"http.sslCAInfo={web.certificate}")
        monkeypatch.setattr(carrier, "_SETTINGS", trusting)
        yield web


def go(office: Office, credentials: Path | str = "") -> Synced:
    with office.open("sami") as vault:
        return sync(vault, credentials=str(credentials))


def passwords(folder: Path, web: Web, password: str = PASSWORD) -> Path:
    folder.mkdir()
    path = folder / "git-credentials"
    path.write_text(web.url.replace("https://", f"https://nour:{password}@") + "\n")
    path.chmod(0o600)
    return path


def test_a_private_https_remote_is_synced_with_a_file_of_passwords(
    mine: Office, server: Office, web: Web, tmp_path: Path
) -> None:
    file = passwords(tmp_path / "home 'of; sami", web)
    readdress(mine, f"{web.url}/server.git")
    tip = mine.edit("sami", "one")
    done = go(mine, file)
    assert (done.state, done.error) == ("done", None)
    assert server.head() == tip
    assert not files_with(PASSWORD, [mine.folder])


def test_without_a_password_it_needs_a_person_at_once(mine: Office, web: Web) -> None:
    readdress(mine, f"{web.url}/server.git")
    begun = time.monotonic()
    done = go(mine)
    assert time.monotonic() - begun < 5
    assert done.state == "needs_you"
    assert isinstance(done.error, Asks)
    assert set(web.passwords) == {""}


def test_a_wrong_password_stays_in_the_file_that_is_ours(
    mine: Office, web: Web, tmp_path: Path
) -> None:
    file = passwords(tmp_path / "home", web, "wrong")
    before = file.read_text()
    readdress(mine, f"{web.url}/server.git")
    assert go(mine, file).state == "needs_you"
    assert file.read_text() == before


def test_a_password_goes_to_its_own_server_only(mine: Office, web: Web, tmp_path: Path) -> None:
    file = passwords(tmp_path / "home", web)
    file.write_text(file.read_text().replace("127.0.0.1", "example.org"))
    readdress(mine, f"{web.url}/server.git")
    assert go(mine, file).state == "needs_you"
    assert set(web.passwords) == {""}


def test_a_file_of_passwords_that_others_can_read_is_not_used(
    mine: Office, web: Web, tmp_path: Path
) -> None:
    file = passwords(tmp_path / "home", web)
    file.chmod(0o644)
    readdress(mine, f"{web.url}/server.git")
    done = go(mine, file)
    assert done.state == "needs_you"
    assert isinstance(done.error, Refused)
    assert web.passwords == []


def test_a_certificate_that_nobody_vouches_for_is_refused(
    mine: Office, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrier, "_SETTINGS", carrier._SETTINGS[:-1])
    readdress(mine, f"{web.url}/server.git")
    done = go(mine, passwords(tmp_path / "home", web))
    assert done.state == "offline"
    assert "certificate" in str(done.error)
    assert web.passwords == []


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[int]:
    """A real ssh server that nobody can log in to; give its port."""
    if SSHD is None:
        pytest.skip("there is no sshd on this machine")
    folder = tmp_path / "sshd"
    folder.mkdir()
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "host")], check=True
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    settings = [f"HostKey={folder}/host", f"Port={port}", "ListenAddress=127.0.0.1"]
    settings += ["UsePAM=no", f"PidFile={folder}/pid", "StrictModes=no"]
    options = [part for setting in settings for part in ("-o", setting)]
    with subprocess.Popen(
        [SSHD, "-D", "-e", "-f", "/dev/null", *options],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            wait_until(lambda: _answers(port))
            yield port
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def test_a_real_unknown_host_key_fails_at_once_and_asks_nobody(
    mine: Office, sshd: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readdress(mine, f"ssh://nobody@127.0.0.1:{sshd}{tmp_path}/server.git")
    ssh = f"{carrier._SSH} -F/dev/null -oUserKnownHostsFile={tmp_path}/known"
    monkeypatch.setattr(carrier, "_SSH", ssh)
    begun = time.monotonic()
    done = go(mine)
    assert time.monotonic() - begun < 10
    assert done.state == "needs_you"
    assert "host key" in str(done.error)


def test_a_real_server_that_wants_a_password_fails_at_once(
    mine: Office, sshd: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readdress(mine, f"ssh://nobody@127.0.0.1:{sshd}{tmp_path}/server.git")
    host = (tmp_path / "sshd" / "host.pub").read_text()
    (tmp_path / "known").write_text(f"[127.0.0.1]:{sshd} {host}")
    ssh = f"{carrier._SSH} -F/dev/null -oUserKnownHostsFile={tmp_path}/known -oIdentityAgent=none"
    monkeypatch.setattr(carrier, "_SSH", f"{ssh} -oIdentityFile=/nowhere")
    begun = time.monotonic()
    done = go(mine)
    assert time.monotonic() - begun < 10
    assert done.state == "needs_you"
    assert "did not let you in" in str(done.error)
