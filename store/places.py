"""Where the parts of a case lie in the tree of a commit."""

from __future__ import annotations

from store.errors import NotFound
from store.repo.objects import ObjectReader
from store.repo.trees import find, parse_tree
from store.trust.paths import case_path

__all__ = ["compartments_with_cases", "places_of"]


def compartments_with_cases(objects: ObjectReader, tree: str) -> list[str]:
    """Give the compartments that hold cases, without reading the policy for it."""
    cases = find(objects, tree, "cases")
    names = parse_tree(objects.read(cases)[1]) if cases else {}
    return sorted(name.decode("utf-8", "replace") for name in names)


def places_of(objects: ObjectReader, tree: str, case_id: str) -> dict[str, str]:
    """Give the blobs of all parts of a case, by compartment.

    Raises:
        NotFound: there are none.
    """
    names = compartments_with_cases(objects, tree)
    blobs = [find(objects, tree, case_path(name, case_id)) for name in names]
    found = {name: blob for name, blob in zip(names, blobs, strict=True) if blob}
    if not found:
        raise NotFound("there is no case {case}", hint="`dalil list` shows them all", case=case_id)
    return found
