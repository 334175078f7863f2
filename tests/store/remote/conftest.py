"""An office, and a bare repository on a server that holds the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.conftest import office, template
from tests.store.office import Office
from tests.store.remote.remotes import bare

__all__ = ["office", "server", "template"]


@pytest.fixture
def server(office: Office, tmp_path: Path) -> Office:
    return bare(office, tmp_path / "server.git")
