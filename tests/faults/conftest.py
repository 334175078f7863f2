"""The same office as the store's tests work in."""

from __future__ import annotations

from tests.store.conftest import office, template

__all__ = ["office", "template"]
