"""The parts that a merged case is taken apart into: from those of both sides, and read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from store.errors import BadFormat
from store.model.case import Case
from store.model.codec import MAX_BYTES
from store.model.conflict import text_of
from store.model.likeness import same
from store.model.merge import Side, merge, merge_bases
from store.model.parts import PART_OF, list_keys
from store.model.shape import CONFLICTS, ordered

__all__ = ["known_parts", "reads_back"]

Data = dict[str, Any]
_LARGE = MAX_BYTES // 16
"""Letters, of which some take several bytes, in lines that are indented."""
Parts = Mapping[str, Data]


def known_parts(both: Sequence[Parts], olds: Sequence[Parts], home: str) -> dict[str, Data] | None:
    """Give the parts that a case is joined from, besides its home, whichever side is ours.

    None where both changed what only a newer Dalil knows: it belongs to no item, so there is no
    place for a conflict about it.
    """
    known: dict[str, Data] = {}
    for name in dict.fromkeys(name for parts in both for name in parts if name != home):
        sides = [parts[name] for parts in both if name in parts and PART_OF in parts[name]]
        if not sides:
            continue
        sides.sort(key=lambda part: text_of({**part, "changed": None}))
        bases = [_rest(old[name]) if name in old else None for old in olds]
        rest = merge(
            merge_bases(bases), Side(_rest(sides[0]), "", ""), Side(_rest(sides[-1]), "", "")
        )
        if rest is None or CONFLICTS in rest:
            return None
        known[name] = {**rest, PART_OF: home, **_lists(sides)}
    return known


def reads_back(name: str, part: Data | None) -> bool:
    """Say whether a part, once written, is read as it is: it may be too deep by now, or too large.

    For a conflict holds its values deeper than their field does, and all of them. One without any
    is as deep as it was, and as large as both versions: it is written only where that is much.
    """
    if part is None or (CONFLICTS not in part and len(repr(part)) < _LARGE):
        return True
    try:
        found = Case.parse(Case(part).dump(), case_id=str(part["id"]), compartment=name)
    except BadFormat:
        return False
    return same(found.data, ordered(part))


def _rest(part: Data) -> Data:
    """Give what a part holds besides its items, and conflicts about them."""
    apart = {*list_keys(), CONFLICTS, PART_OF, "changed"}
    return {key: value for key, value in part.items() if key not in apart}


def _lists(sides: Sequence[Data]) -> Data:
    """Give the items of a part on both sides, each once."""
    lists: dict[str, dict[str, Data]] = {}
    for part in sides:
        for section in list_keys():
            for item in part.get(section) or ():
                lists.setdefault(section, {}).setdefault(item["id"], item)
    return {section: list(items.values()) for section, items in lists.items()}
