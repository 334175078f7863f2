"""Bring an earlier version back without opening what is, or was then, sealed."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from store.errors import BadFormat, Refused, StoreError
from store.joined import must_be_open
from store.model.case import FORMAT, Case
from store.model.conflict import encode, records
from store.model.parts import PART_OF, PSEUDONYM, SEALED, drop_seal, join, list_keys

if TYPE_CHECKING:
    from store.vault import Vault

__all__ = ["restoration"]

Data = dict[str, Any]


def restoration(vault: Vault, case_id: str, commit: str) -> tuple[Case, Case]:
    """Give a case as it stands, and as it will when its version of a commit is brought back.

    It stays in its compartment. An item that is sealed now stays sealed, and so does one that was
    sealed then, or later until it was taken out; a stub that cannot be opened stays as it is.

    Raises:
        Refused: the version stood in a compartment that fewer people can read, or a part of the
            case cannot be opened that would have to be.
        NotFound, Sealed, BadFormat: that version cannot be read.
    """
    target = vault.get(case_id, commit)
    must_be_open(target, target.compartment)
    try:
        current = vault.get(case_id)
        closed = tuple(name for name in current.closed if not vault.keys_of(name))
        current = Case(current.data, current.parts, closed)  # what is damaged may be written over
    except BadFormat:
        current = _around_damage(vault, target)
    _must_not_widen(vault, target.compartment, current.compartment)
    data = copy.deepcopy(target.data) | {"compartment": current.compartment}
    gone = _sealed_before_they_went(vault, commit, target, current)
    for section in list_keys():
        items = _restored(section, target, current, gone)
        if items:
            data[section] = items
        else:
            data.pop(section, None)
    return current, Case(_without_locked(data, current), current.parts, current.closed)


def _without_locked(data: Data, current: Case) -> Data:
    """Leave out conflicts about what cannot be opened now: their values may have been sealed."""

    def is_locked(path: str) -> bool:
        item = current.get(".".join(path.split(".")[:2]))
        return isinstance(item, dict) and "id" in item and current.is_locked(item)

    return encode(data, (one for path, one in records(data).items() if not is_locked(path)))


def _sealed_before_they_went(
    vault: Vault, commit: str, target: Case, current: Case
) -> dict[str, Data]:
    """Give the items of the target that stand no more and were sealed after it, by path.

    Each as it was when it was last seen sealed: to take somebody out is no word to open them.
    """
    paths = {
        f"{section}.{item['id']}" for section in list_keys() for item in target.get(section, ())
    }
    unseen = {path for path in paths if current.get(path) is None}
    found: dict[str, Data] = {}
    if not unseen:
        return found
    from store.history import case_entries

    for entry in case_entries(vault, target.id):
        if entry.commit == commit or not unseen:
            break
        try:
            version = vault.get(target.id, entry.commit)
        except StoreError:
            continue
        last_seen = {path: item for path in unseen if (item := version.get(path)) is not None}
        found |= {path: item for path, item in last_seen.items() if item.get(SEALED)}
        unseen -= last_seen.keys()
    return found


def _restored(section: str, target: Case, current: Case, gone: dict[str, Data]) -> list[Data]:
    """Give the items of a list: those of the target, as sealed as they were or are."""
    now = {item["id"]: item for item in current.get(section, ())}
    then = {item["id"]: item for item in target.get(section, ())}
    items = []
    for item_id, item in then.items():
        standing = now.get(item_id)
        before = standing or gone.get(f"{section}.{item_id}", {})
        if standing is not None and (current.is_locked(standing) or target.is_locked(item)):
            items.append(copy.deepcopy(standing))
        elif not target.is_locked(item):
            items.append(_sealed_again(item, before, section, current.compartment))
    return items + [
        copy.deepcopy(item)
        for item_id, item in now.items()
        if item_id not in then and current.is_locked(item)
    ]


def _sealed_again(item: Data, standing: Data, section: str, home: str) -> Data:
    compartment = item.get(SEALED) or standing.get(SEALED)
    restored = copy.deepcopy(item)
    if not compartment or compartment == home:
        if SEALED in restored:
            drop_seal(restored, section)
        return restored
    pseudonym = standing.get(PSEUDONYM) if standing.get(SEALED) else None
    restored |= {SEALED: compartment, PSEUDONYM: pseudonym or restored.get(PSEUDONYM, item["id"])}
    return restored


def _around_damage(vault: Vault, target: Case) -> Case:
    """Make what stands around a home that is damaged: the sealed parts, all of which must open."""
    parts: dict[str, Data] = {}
    for name, blob in vault.places(target.id, vault.tip).items():
        if name == target.compartment:
            continue
        try:
            text = vault.open_blob(blob, name)
            data = Case.parse(text, case_id=target.id, compartment=name).data
        except StoreError:
            data = {}
        if PART_OF not in data:
            must_be_open(Case({}, closed=(name,)), name)
        parts[name] = data
    head = {"dalil": FORMAT, "id": target.id, "compartment": target.compartment}
    return Case(join(head, parts), parts)


def _must_not_widen(vault: Vault, old: str, new: str) -> None:
    """Refuse to bring what stood in one compartment to people who could not read it there."""
    policy = vault.policy
    if old == new:
        return
    strangers = sorted(set(policy.readers(new)) - set(policy.readers(old)))
    if strangers:
        raise Refused(
            "that version stood in {old}, which {readers} cannot read: it is not restored in {new}",
            hint="move the case first: dalil move CASE {old}",
            old=old,
            new=new,
            readers=", ".join(strangers),
        )
