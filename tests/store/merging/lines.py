"""Two clones of an office that went their own ways, and what becomes of them in a merge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from store.merging import Merged, merge_tip
from store.model.case import Case
from tests.store.changing import is_sound
from tests.store.office import FIRST, Office

__all__ = ["bring", "change", "merge", "paths", "read"]


def bring(office: Office, other: Office) -> str:
    """Bring the commits of another clone here, as a fetch does; give its tip."""
    tip = other.head()
    office.git("fetch", "--quiet", str(other.folder), f"+{tip}:refs/test/theirs")
    return tip


def merge(office: Office, other: Office, handle: str = "nour", **options: Any) -> Merged:
    """Merge another clone's main into this one's as somebody, and hold it against all rules."""
    theirs = bring(office, other)
    with office.open(handle) as vault:
        merged = merge_tip(vault, theirs, **options)
        assert vault.tip == merged.commit == office.head()
        assert vault.trust.state == "authentic"
    assert is_sound(office)
    return merged


def change(
    office: Office, handle: str, edit: Callable[[Case], Any] | None = None, **fields: Any
) -> str:
    """Save fields of the first case (with `__` for a dot) as somebody; give the commit."""
    case_id = fields.pop("case_id", FIRST)
    with office.open(handle) as vault:
        with vault.edit(case_id, why="because") as case:
            for path, value in fields.items():
                case.set(path.replace("__", "."), value)
            if edit is not None:
                edit(case)
        assert vault.last_save is not None
        return vault.last_save.commit


def read(office: Office, handle: str = "nour", case_id: str = FIRST) -> Case:
    """Read a case as somebody."""
    with office.open(handle) as vault:
        return vault.get(case_id)


def paths(office: Office, case_id: str = FIRST) -> list[str]:
    """List the files of a case."""
    return [
        path
        for path in office.git("ls-tree", "-r", "--name-only", "main").split()
        if case_id in path
    ]
