"""An office, and a bare repository on a server that holds the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.remote.clone import clone
from tests.store.conftest import office, template
from tests.store.office import Office
from tests.store.remote.remotes import bare, connect, fake_ssh, readdress

__all__ = ["by_ssh", "mine", "office", "server", "template"]


@pytest.fixture
def server(office: Office, tmp_path: Path) -> Office:
    return bare(office, tmp_path / "server.git")


@pytest.fixture
def mine(server: Office, office: Office, tmp_path: Path) -> Office:
    """A second member's clone of the server; the first knows the server as well."""
    root = office.git("rev-list", "--max-parents=0", "main").strip()
    clone(str(server.folder), str(tmp_path / "mine"), expected=root)
    connect(office, server)
    return Office(tmp_path / "mine", office.homes)


@pytest.fixture
def by_ssh(
    mine: Office, office: Office, server: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let both reach the server as one: in a folder, no hook runs."""
    monkeypatch.setenv("PATH", f"{fake_ssh(tmp_path / 'by-ssh')}:/usr/bin:/bin")
    for one in (mine, office):
        readdress(one, f"nour@example.org:{server.folder}")
