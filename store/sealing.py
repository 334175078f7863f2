"""Seal an item of a case into a smaller compartment, unseal it, and move a whole case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from store.committing import commit_parts, prepare, reason_of, settle
from store.errors import BadFormat, NotFound, Refused
from store.joined import keep_locked, moved_parts
from store.lock import write_lock
from store.model.diff import Change
from store.model.fields import load_model
from store.model.parts import PSEUDONYM, SEALED, drop_seal, list_keys, sealed_items
from store.saving import Draft, save

if TYPE_CHECKING:
    from store.model.case import Case
    from store.vault import Vault

__all__ = ["Sealing", "find_item", "move", "next_pseudonym", "seal", "still_read_by", "unseal"]

_LONGEST = 32
_PREFIXES = {
    "witness": "W",
    "insider": "W",
    "victim": "V",
    "indirect_victim": "V",
    "suspect": "S",
    "person_of_interest": "S",
    "source": "Q",
}
"""Letters of a person's pseudonym, by the first capacity that stands here; P for the others."""


class Sealing(NamedTuple):
    """What was done: the commit, to which item (none: the whole case), and where it is now.

    `still_read_by` are members who cannot read it from now on; in the earlier versions, which the
    history keeps, they still can. `newly_read_by` are those who could not read it before.
    """

    commit: str
    case_id: str
    path: str
    compartment: str
    pseudonym: str
    still_read_by: tuple[str, ...]
    newly_read_by: tuple[str, ...]


def seal(
    vault: Vault, case_id: str, item_path: str, compartment: str, *, pseudonym: str = "", why: str
) -> Sealing:
    """Seal an item: its case keeps the id and a pseudonym, the rest goes to another compartment.

    The item is named by its path, such as `people.p3`, or by its id. The others see the pseudonym;
    where none is given, the one that the item has, or the next that is free.

    Raises:
        NotFound: there is no such case or item.
        Refused: it is sealed there already, its case lives there, or this member may not write.
        Sealed: this member cannot open the compartment.
        BadFormat: the pseudonym is none, or another item has it.
    """
    seen, before, path, item = _item(vault, case_id, item_path)
    origin = item.get(SEALED) or before.compartment
    if compartment == before.compartment:
        raise Refused(
            "the case is in {compartment}, so nothing of it can be sealed there",
            hint="name a compartment that fewer people can read",
            compartment=compartment,
        )
    if compartment == origin:
        raise Refused("{path} is sealed already", path=path)
    _must_hold(vault, compartment)
    after = before.copy()
    chosen = pseudonym.strip() or next_pseudonym(before, path)
    _check_pseudonym(before, path, chosen)
    after.get(path).update({SEALED: compartment, PSEUDONYM: chosen})
    draft = Draft(before, after, why, "seal case", seen, seals=True)
    return _done(vault, draft, path, origin, compartment)._replace(pseudonym=chosen)


def unseal(vault: Vault, case_id: str, item_path: str, why: str) -> Sealing:
    """Put a sealed item back where the rest of its case is, for all who can read that.

    Raises:
        Refused: it is not sealed, or cannot be opened; others as for `seal`.
    """
    seen, before, path, item = _item(vault, case_id, item_path)
    if not item.get(SEALED):
        raise Refused("{path} is not sealed", path=path)
    after = before.copy()
    drop_seal(after.get(path), path.partition(".")[0])
    draft = Draft(before, after, why, "unseal case", seen, seals=True)
    return _done(vault, draft, path, str(item[SEALED]), before.compartment)


def move(vault: Vault, case_id: str, compartment: str, why: str) -> Sealing:
    """Move a case to another compartment; what is sealed into that joins it, the rest stays sealed.

    Raises:
        Refused: it is there already, or has a part that this member cannot open; others as for
            `seal`.
    """
    why = reason_of(why)
    with write_lock(vault.git_dir):
        prepare(vault)
        case = vault.get(case_id)
        origin = case.compartment
        if compartment == origin:
            raise Refused("the case is in {compartment} already", compartment=compartment)
        _must_hold(vault, compartment)
        parts = [(case.id, *part) for part in moved_parts(case, compartment).items()]
        commit = commit_parts(vault, vault.author, parts, why, "move case")
    settle(vault)
    leavers = still_read_by(vault, origin, compartment)
    newcomers = still_read_by(vault, compartment, origin)
    return Sealing(commit, case.id, "", compartment, "", leavers, newcomers)


def still_read_by(vault: Vault, origin: str, compartment: str) -> tuple[str, ...]:
    """Name the members who can read what is in one compartment, and not what is in another."""
    policy = vault.policy
    readers = {handle for handle in policy.readers(origin) if policy.members[handle].age}
    return tuple(sorted(readers - set(policy.readers(compartment))))


def find_item(case: Case, words: str) -> str:
    """Give the path of an item named by it, such as `people.p3`, or by its id alone.

    Raises:
        NotFound: no item of a section, or more than one, goes by that.
    """
    paths = [f"{key}.{item['id']}" for key in list_keys() for item in case.get(key) or ()]
    found = [path for path in paths if words in (path, path.partition(".")[2])]
    if len(found) == 1:
        return found[0]
    raise NotFound(
        "{count} items of this case go by {words}" if found else "no item of this case is {words}",
        hint="name it by section and id, such as people.p3; `dalil show CASE` has them",
        words=words,
        count=len(found),
    )


def next_pseudonym(case: Case, path: str) -> str:
    """Give what an item is called while it is sealed: what it is called, or the next free number.

    W, V, S and so on for a person, by capacity; E for evidence, N for a note, each from 01 on.
    """
    section, _, item_id = path.partition(".")
    item = next(one for one in case.get(section) if one["id"] == item_id)
    if item.get(PSEUDONYM):
        return str(item[PSEUDONYM])
    prefix = _prefix(section, item)
    pattern = re.compile(rf"{prefix}-(\d{{1,6}})")
    matches = map(pattern.fullmatch, _pseudonyms(case, path))
    return f"{prefix}-{max((int(m[1]) for m in matches if m), default=0) + 1:02}"


def _prefix(section: str, item: dict[str, Any]) -> str:
    if section == "people":
        capacities = item.get("capacities") or ()
        return next((letter for key, letter in _PREFIXES.items() if key in capacities), "P")
    return "E" if section == "evidence" else load_model().section(section).prefix.upper()


def _pseudonyms(case: Case, but: str) -> list[str]:
    """List the pseudonyms of all items but one, those of sealed ones included."""
    people = ((f"people.{one['id']}", one) for one in case.get("people") or ())
    known = {**dict(people), **dict(sealed_items(case.data))}
    return [str(one[PSEUDONYM]) for path, one in known.items() if path != but and PSEUDONYM in one]


def _check_pseudonym(case: Case, path: str, pseudonym: str) -> None:
    if not pseudonym.isprintable() or len(pseudonym) > _LONGEST:
        raise BadFormat("a pseudonym is one short line of text", hint="such as W-03")
    if pseudonym in _pseudonyms(case, path):
        raise BadFormat(
            "another item of this case is called {pseudonym}",
            hint="choose another pseudonym",
            pseudonym=pseudonym,
        )


def _item(vault: Vault, case_id: str, words: str) -> tuple[str, Case, str, dict[str, Any]]:
    """Read a case and find an item in it, which must not be locked; at which commit comes first."""
    vault.refresh()
    seen = vault.tip
    case = vault.get(case_id, seen)
    vault.must_write(case.compartment)
    path = find_item(case, words)
    keep_locked(case, [Change(path, None, None)])
    item: dict[str, Any] = case.get(path)
    return seen, case, path, item


def _must_hold(vault: Vault, compartment: str) -> None:
    vault.must_write(compartment)
    vault.recipient(compartment)


def _done(vault: Vault, draft: Draft, path: str, origin: str, compartment: str) -> Sealing:
    saved = save(vault, vault.author, draft)
    assert saved is not None  # noqa: S101 - the mark itself has changed
    leavers = still_read_by(vault, origin, compartment)
    newcomers = still_read_by(vault, compartment, origin)
    return Sealing(saved.commit, saved.case_id, path, compartment, "", leavers, newcomers)
