"""What a value of a facet is called on the screen."""

from __future__ import annotations

from tui.cases.cells import labels_of
from tui.i18n import t

__all__ = ["value_label"]

_VOCABULARIES = {"kind": "case_kind", "status": "case_status"}


def value_label(facet: str, value: str) -> str:
    """Name a value of a facet: a code by its label, the rest as it is."""
    if facet == "conflicts":
        return t(f"browse.conflicts.{value}")
    vocabulary = _VOCABULARIES.get(facet)
    return labels_of(vocabulary, (value,))[0] if vocabulary else value
