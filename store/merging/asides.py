"""Find what stands aside after a blind merge: a version beside another, or a second home.

With each, where its two versions parted: at the base of the merge that brought them together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from store.errors import NotFound
from store.merging.opener import Opener
from store.merging.parting import part
from store.merging.together import Places
from store.model.parts import PART_OF
from store.places import places_of
from store.repo import commit as commits
from store.repo.trees import differences, find, list_files
from store.trust.paths import RepoPath, case_path, parse_path

if TYPE_CHECKING:
    from store.vault import Vault

__all__ = ["Aside", "beside", "candidates", "two_homes"]

_SIDES = 2


class Aside(NamedTuple):
    """Two versions of a case: what stands now, the other, and where they parted, by places.

    `gone` are the files that go when the two are one.
    """

    now: Places
    other: Places
    bases: tuple[Places, ...]
    gone: tuple[str, ...]


def candidates(vault: Vault, since: str) -> dict[str, list[RepoPath]]:
    """Give the cases with siblings, and those that may have two homes (without a sibling)."""
    tree = vault.tree(vault.tip)
    cases = find(vault.objects, tree, "cases")
    found: dict[str, list[RepoPath]] = {}
    parts: Counter[str] = Counter()
    for path, _ in list_files(vault.objects, cases) if cases else ():
        place = parse_path(f"cases/{path}")
        if place is None:
            continue
        if place.sibling:
            found.setdefault(place.id, []).append(place)
        else:
            parts[place.id] += 1
    several = {case_id for case_id, count in parts.items() if count > 1}
    if since:
        before = find(vault.objects, vault.tree(since), "cases")
        changed = {path[-24:-4] for path, _ in differences(vault.objects, before, cases)}
        several &= changed
    return found | {case_id: [] for case_id in sorted(several - found.keys())}


def beside(
    vault: Vault, opener: Opener, case_id: str, siblings: Sequence[RepoPath]
) -> Aside | None:
    """Find the two versions of a case of which one stands beside the other."""
    if not siblings:
        return None
    first, *_ = siblings
    here = case_path(first.compartment, case_id, first.sibling)
    merge = _origin(vault, lambda one: find(vault.objects, vault.tree(one), here) is not None)
    parents = commits.parse(vault.objects.read(merge)[1]).parents
    side = next((one for one in parents if _had(vault, one, first)), None)
    if side is None or len(parents) < _SIDES:
        return None
    now = _places(vault, vault.tip, case_id)
    other = dict(_places(vault, side, case_id))
    own = [p for p in siblings if _had(vault, side, p)]
    tree = vault.tree(vault.tip)
    for place in own:  # a later epoch may have written it anew
        blob = find(vault.objects, tree, case_path(place.compartment, case_id, place.sibling))
        if blob is not None:
            other[place.compartment] = blob
    for name in _other_homes(opener, case_id, other, own[0].compartment):
        del other[name]
    own = [p for p in own if p.compartment in other]
    names = {p.compartment for p in own}
    kept = {name: blob for name, blob in other.items() if name not in names}
    bases = []
    for base in part(vault.objects, *parents).bases:
        before = _places(vault, base, case_id)
        bases.append({**kept, **{n: blob for n, blob in before.items() if n in names}})
    gone = tuple(case_path(p.compartment, case_id, p.sibling) for p in own)
    return Aside(now, other, tuple(bases), gone)


def two_homes(vault: Vault, opener: Opener, case_id: str) -> Aside | None:
    """Find the two homes of a case that a merge left one beside the other."""
    now = _places(vault, vault.tip, case_id)
    homes = _homes(opener, case_id, now)
    if len(homes) != _SIDES:
        return None

    def has_both(commit: str) -> bool:
        return set(homes) <= set(_homes(opener, case_id, _places(vault, commit, case_id)))

    merge = _origin(vault, has_both)
    parents = commits.parse(vault.objects.read(merge)[1]).parents
    if len(parents) < _SIDES:
        return None
    sealed = {name: blob for name, blob in now.items() if name not in homes}
    bases = []
    for base in part(vault.objects, *parents).bases:
        before = _places(vault, base, case_id)
        bases.append(sealed | {name: before[name] for name in _homes(opener, case_id, before)})
    first, second = ({name: now[name]} for name in homes)
    return Aside(sealed | first, sealed | second, tuple(bases), ())


def _other_homes(opener: Opener, case_id: str, places: Places, name: str) -> list[str]:
    """Of a version that had two homes itself, name those which a part of it does not belong to.

    Each home is a version of its own then: the others stand elsewhere, or were put together.
    """
    part = opener.part(case_id, name, places[name])
    home = str(part.get(PART_OF, name)) if part is not None else name
    return [other for other in _homes(opener, case_id, places) if other != home]


def _homes(opener: Opener, case_id: str, places: Places) -> list[str]:
    """Name the compartments in which the case itself stands, as far as they open."""
    parts = ((name, opener.part(case_id, name, blob)) for name, blob in places.items())
    return [name for name, part in parts if part is not None and PART_OF not in part]


def _origin(vault: Vault, is_there: Callable[[str], bool]) -> str:
    """Follow the history down to the commit that brought what is there now."""
    here = vault.tip
    while True:
        parents = commits.parse(vault.objects.read(here)[1]).parents
        below = next((one for one in parents if is_there(one)), None)
        if below is None:
            return here
        here = below


def _had(vault: Vault, commit: str, sibling: RepoPath) -> bool:
    """Say whether what stands beside was the case itself at a commit: it is named by its blob."""
    path = case_path(sibling.compartment, sibling.id)
    blob = find(vault.objects, vault.tree(commit), path)
    return blob is not None and blob.startswith(sibling.sibling)


def _places(vault: Vault, commit: str, case_id: str) -> dict[str, str]:
    try:
        return places_of(vault.objects, vault.tree(commit), case_id)
    except NotFound:
        return {}
