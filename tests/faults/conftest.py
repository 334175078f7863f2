"""The same office as the store's tests work in, and a small disk."""

from __future__ import annotations

from tests.faults.disk import mounted
from tests.store.conftest import office, template

__all__ = ["mounted", "office", "template"]
