"""Find what stands aside after a blind merge: a version beside another, or a second home.

Where its two versions parted is the base of the merge that brought them together; if all was plain
since. Where several blind merges met, what stands need not come from what stood before: then
nothing is said of where they parted, and nothing counts as taken away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from store.merging.opener import Opener
from store.merging.parting import part
from store.merging.places import Standing, standing
from store.merging.together import Places
from store.model.parts import PART_OF
from store.repo import commit as commits
from store.repo.trees import differences, find, list_files
from store.trust.paths import RepoPath, case_path, parse_path

if TYPE_CHECKING:
    from store.vault import Vault

__all__ = ["Aside", "Stray", "candidates", "find_aside", "find_stray"]

Data = dict[str, Any]
_SIDES = 2


class Aside(NamedTuple):
    """Two versions of a case: what stands now, the other, and where they parted, by places.

    `gone` are the files that go when the two are one.
    """

    now: Places
    other: Places
    bases: tuple[Places, ...]
    gone: tuple[str, ...]


class Stray(NamedTuple):
    """A version of one part of which it is not known where it parted from the case `now`."""

    now: Places
    compartment: str
    data: Data
    path: str


def candidates(vault: Vault, since: str) -> dict[str, list[RepoPath]]:
    """Give the cases with siblings, and those that may have two homes (without a sibling)."""
    tree = vault.tree(vault.tip)
    cases = find(vault.objects, tree, "cases")
    found: dict[str, list[RepoPath]] = {}
    parts: Counter[str] = Counter()
    for path, _ in list_files(vault.objects, cases) if cases else ():
        if "~" not in path:  # nearly all: to take each path apart would take longer than the rest
            parts[path[-24:-4]] += 1
        elif (place := parse_path(f"cases/{path}")) is not None:
            found.setdefault(place.id, []).append(place)
    several = {case_id for case_id, count in parts.items() if count > 1}
    if since:
        before = find(vault.objects, vault.tree(since), "cases")
        changed = {path[-24:-4] for path, _ in differences(vault.objects, before, cases)}
        several &= changed
    return found | {case_id: [] for case_id in sorted(several - found.keys())}


def find_aside(vault: Vault, opener: Opener, case_id: str) -> Aside | None:
    """Find two versions of a case and where they parted; None where that cannot be said."""
    now = standing(vault.objects, vault.tree(vault.tip), case_id)
    homes = _homes(opener, case_id, now.parts)
    if not now.beside and len(homes) < _SIDES:
        return None

    def is_alike(commit: str) -> bool:
        then = standing(vault.objects, vault.tree(commit), case_id)
        return then.beside.keys() == now.beside.keys() and (
            _homes(opener, case_id, then.parts) == homes
        )

    parents = commits.parse(vault.objects.read(_origin(vault, is_alike))[1]).parents
    if len(parents) < _SIDES:
        return None
    bases = part(vault.objects, *parents).bases
    before = [standing(vault.objects, vault.tree(one), case_id) for one in (*parents, *bases)]
    if any(one.beside or len(_homes(opener, case_id, one.parts)) > 1 for one in before):
        return None
    olds = [one.parts for one in before[_SIDES:]]
    if not now.beside:
        return _two_homes(opener, case_id, now.parts, olds)
    side = next((one.parts for one in before[:_SIDES] if _had(one.parts, now)), None)
    return None if side is None or len(homes) > 1 else _beside(now, side, olds)


def find_stray(vault: Vault, opener: Opener, case_id: str) -> Stray | None:
    """Find a version that stands aside, to be put to the home that the fewest read."""
    now = standing(vault.objects, vault.tree(vault.tip), case_id)
    homes = sorted(_homes(opener, case_id, now.parts), key=vault.breadth)
    asides = dict(sorted(now.beside.items()))
    if not homes:
        return _homeless(opener, case_id, now.parts, asides)
    if len(homes) > 1 and _came_by_merge(vault, opener, case_id, homes):
        asides |= {case_path(name, case_id): now.parts[name] for name in homes[1:]}
    places = {name: blob for name, blob in now.parts.items() if name not in homes[1:]}
    for path, blob in asides.items():
        name = path.split("/")[1]
        data = opener.part(case_id, name, blob)
        if data is not None:
            return Stray(places, name, data, path)
    return None


def _homeless(opener: Opener, case_id: str, now: Places, asides: Places) -> Stray | None:
    """Where the home itself stands beside: let it stand, and what stands there be the stray."""
    for path, blob in asides.items():
        name = path.split("/")[1]
        home = opener.part(case_id, name, blob)
        part = opener.part(case_id, name, now[name]) if name in now else home
        if home is not None and PART_OF not in home and part is not None:
            return Stray({**now, name: blob}, name, part, path)
    return None


def _beside(now: Standing, side: Places, olds: list[dict[str, str]]) -> Aside:
    """Give the version of one side of the merge; what had no second version is in `now` already."""
    other = dict(side)
    for path, blob in now.beside.items():  # a later epoch may have written it anew
        other[path.split("/")[1]] = blob
    kept = {name: blob for name, blob in other.items() if name not in now.doubled}
    bases = tuple(
        {**kept, **{n: blob for n, blob in old.items() if n in now.doubled}} for old in olds
    )
    return Aside(now.parts, other, bases, tuple(now.beside))


def _two_homes(opener: Opener, case_id: str, now: Places, olds: list[dict[str, str]]) -> Aside:
    homes = _homes(opener, case_id, now)
    sealed = {name: blob for name, blob in now.items() if name not in homes}
    bases = tuple(
        sealed | {name: old[name] for name in _homes(opener, case_id, old)} for old in olds
    )
    first, second = ({name: now[name]} for name in homes)
    return Aside(sealed | first, sealed | second, bases, ())


def _had(side: Places, now: Standing) -> bool:
    """Say whether what stands beside was the case itself on one side: it is named by its blob."""
    siblings = [place for path in now.beside if (place := parse_path(path))]
    names = {place.compartment for place in siblings}
    return len(names) == len(siblings) and all(
        side.get(place.compartment, "").startswith(place.sibling) for place in siblings
    )


def _came_by_merge(vault: Vault, opener: Opener, case_id: str, homes: list[str]) -> bool:
    """Say whether it was a merge that left these homes beside each other, and no person."""

    def has_all(commit: str) -> bool:
        then = standing(vault.objects, vault.tree(commit), case_id).parts
        return set(homes) <= set(_homes(opener, case_id, then))

    merge = _origin(vault, has_all)
    return len(commits.parse(vault.objects.read(merge)[1]).parents) == _SIDES


def _homes(opener: Opener, case_id: str, places: Places) -> list[str]:
    """Name the compartments in which the case itself stands, as far as they open."""
    parts = ((name, opener.part(case_id, name, blob)) for name, blob in places.items())
    return [name for name, one in parts if one is not None and PART_OF not in one]


def _origin(vault: Vault, is_alike: Callable[[str], bool]) -> str:
    """Follow the history down as long as it is alike; give the last commit that is."""
    here = vault.tip
    while True:
        parents = commits.parse(vault.objects.read(here)[1]).parents
        below = next((one for one in parents if is_alike(one)), None)
        if below is None:
            return here
        here = below
