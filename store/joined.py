"""A case across its parts: read as one, as far as they can be opened, and taken apart to save."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from store.errors import BadFormat, Refused, Sealed, StoreError, Unsupported
from store.model.case import FORMAT, Case
from store.model.conflict import without_idle
from store.model.parts import (
    PART_OF,
    PSEUDONYM,
    SEALED,
    drop_seal,
    join,
    list_keys,
    sealed_items,
    split,
)
from store.model.shape import CONFLICTS, HEAD
from store.part import open_part

if TYPE_CHECKING:
    from store.model.diff import Change
    from store.reader import Reader

__all__ = [
    "assemble",
    "changed_parts",
    "check_seals",
    "keep_locked",
    "moved_parts",
    "must_be_open",
    "read_case",
]

Data = dict[str, Any]


def read_case(reader: Reader, case_id: str, commit: str) -> Case:
    """Read a case: the part it lives in, and into it what is sealed elsewhere and can be opened.

    Where only something sealed can be opened, the case holds that, and has no title.

    Raises:
        NotFound: there was no such case.
        Sealed: none of this member's keys opens any part of it.
        BadFormat: what can be opened is damaged.
    """
    opened: dict[str, Data] = {}
    closed: list[str] = []
    faults: list[StoreError] = []
    for name, blob in reader.places(case_id, commit).items():
        try:
            text = reader.open_blob(blob, name)
            opened[name] = Case.parse(text, case_id=case_id, compartment=name).data
        except Sealed:
            closed.append(name)
        except (BadFormat, Unsupported) as fault:
            closed.append(name)
            faults.append(fault)
    if faults and all(PART_OF in data for data in opened.values()):
        raise faults[0]
    if not opened:
        open_part(b"", ())  # says that it is sealed
    return assemble(opened, closed, reader.breadth)


def assemble(opened: dict[str, Data], closed: Sequence[str], breadth: Callable[[str], Any]) -> Case:
    """Make one case of the parts that could be opened (at least one), by compartment."""
    homes = [name for name, data in opened.items() if PART_OF not in data]
    parts = {name: data for name, data in opened.items() if PART_OF in data}
    if len(homes) > 1:
        # Somebody has put a case beside another of the same id: what fewer people can read, and so
        # write, is not hidden by it.
        homes.sort(key=breadth)
    if homes:
        home = opened[homes[0]]
        return Case(join(home, parts) if parts else home, parts, (*closed, *homes[1:]))
    part = next(iter(parts.values()))
    home_name = str(part[PART_OF])
    head = {"dalil": FORMAT, "id": part["id"], "compartment": home_name}
    return Case(join(head, parts), parts, tuple(dict.fromkeys((*closed, home_name))))


def changed_parts(current: Case | None, merged: Case) -> dict[str, Data | None]:
    """Give the parts of the merged version that are not as they stand; None where one goes.

    Raises:
        Refused: a part is touched that could not be opened.
    """
    known = current.parts if current else {}
    data = without_idle(merged.data)
    if not known and not any(sealed_items(data)):  # as nearly always: nothing to take apart
        is_same = current is not None and current.data == data
        return _unclosed(current, {} if is_same else {merged.compartment: data})
    home, parts = split(data, known)
    before = split(current.data, known)[0] if current else None
    changed: dict[str, Data | None] = {merged.compartment: home} if home != before else {}
    changed |= {name: part for name, part in parts.items() if part != known.get(name)}
    return _unclosed(current, changed)


def moved_parts(current: Case, compartment: str) -> dict[str, Data | None]:
    """Give all parts of a case that moves to another compartment; None where one goes.

    What was sealed into that compartment joins the rest there.

    Raises:
        Refused: a part could not be opened.
    """
    for name in current.closed:
        must_be_open(current, name)
    data = copy.deepcopy(current.data) | {"compartment": compartment}
    for path, item in sealed_items(data):
        if item[SEALED] == compartment:
            drop_seal(item, path.partition(".")[0])
    joining = current.parts.get(compartment, {})
    known = {name: part for name, part in current.parts.items() if name != compartment}
    home, parts = split(data, known)
    strange = joining.keys() - home.keys() - {*HEAD, CONFLICTS, *list_keys()}
    home |= {key: joining[key] for key in sorted(strange)}
    kept = {name: part | {PART_OF: compartment} if part else None for name, part in parts.items()}
    return {current.compartment: None, compartment: home, **kept}


def must_be_open(case: Case, compartment: str) -> None:
    """Make sure that the part of a case in a compartment could be opened, if there is one.

    Raises:
        Refused: it could not.
    """
    if compartment in case.closed:
        raise Refused(
            "this case has a part in {compartment} that you cannot open, so you cannot change it",
            hint="ask somebody who can read {compartment}; nothing was saved",
            compartment=compartment,
        )


def keep_locked(current: Case, changes: Sequence[Change]) -> None:
    """Make sure that no change is made to an item that is sealed and could not be opened.

    Raises:
        Refused: one is; the error names it.
    """
    for change in changes:
        path = ".".join(change.path.split(".")[:2])
        item = current.get(path)
        if isinstance(item, dict) and "id" in item and current.is_locked(item):
            raise _locked(path, item)


def check_seals(current: Case | None, merged: Case, *, may_seal: bool) -> None:
    """Make sure that what is sealed stays so, and what could not be opened stays as it is.

    Raises:
        Refused: a stub was touched that could not be opened; or, unless it may, the new version
            seals something or opens it to those who read the rest of the case.
        BadFormat: an item is sealed into the compartment that its case lives in, or something is
            marked as sealed that cannot be, and would lie open, or loses its pseudonym.
    """
    now = dict(sealed_items(merged.data))
    before = dict(sealed_items(current.data)) if current else {}
    for path, item in now.items():
        if item[SEALED] == merged.compartment:
            raise BadFormat("{path} is sealed into the compartment that its case is in", path=path)
    for path, item in before.items():
        if current is not None and current.is_locked(item) and now.get(path) != item:
            raise _locked(path, item)
        if item.get(PSEUDONYM) and path in now and not now[path].get(PSEUDONYM):
            raise BadFormat(
                "{path} is sealed, and its pseudonym is all that the others see of it",
                hint="give it another one, or unseal it; nothing was saved",
                path=path,
            )
    if current is None or not may_seal:
        _refuse_idle_seals(current, merged)
    if may_seal or current is None:
        return
    for path in before.keys() | now.keys():
        was, becomes = (side.get(path, {}).get(SEALED) for side in (before, now))
        if was != becomes and merged.get(path) is not None:
            raise Refused(
                "{path} would be sealed or unsealed by this, which an edit does not do",
                hint="that is done by: dalil seal, dalil unseal; nothing was saved",
                path=path,
            )


def _refuse_idle_seals(current: Case | None, merged: Case) -> None:
    known = set(_idle_seals(current.data)) if current else set()
    for path in _idle_seals(merged.data):
        if path not in known:
            raise BadFormat(
                "{path} would seal nothing: only a whole item of a section can be sealed",
                hint="such as people.p3 or notes.n1; nothing was saved",
                path=path,
            )


def _idle_seals(data: Data) -> Iterator[str]:
    """Give the paths of marks that look as if they sealed something, and do not."""
    lists = list_keys()
    for key, value in data.items():
        if key == SEALED:
            yield key
        if key not in lists:
            yield from _marks(value, key)
            continue
        for item in value:
            inside = {name: inner for name, inner in item.items() if name != SEALED}
            yield from _marks(inside, f"{key}.{item['id']}")


def _marks(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == SEALED:
                yield f"{path}.{key}"
            yield from _marks(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _marks(inner, path)


def _locked(path: str, item: Data) -> Refused:
    return Refused(
        "{path} is sealed into {compartment}, which you cannot open, so it stays as it is",
        hint="ask somebody who can read {compartment}; nothing was saved, what you typed is here",
        path=path,
        compartment=item[SEALED],
    )


def _unclosed(current: Case | None, changed: dict[str, Data | None]) -> dict[str, Data | None]:
    """Give the same parts.

    Raises:
        Refused: one of them could not be opened.
    """
    for name in changed:
        if current is not None:
            must_be_open(current, name)
    return changed
