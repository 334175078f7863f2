"""Where the parts of one case stand in a tree, and the versions that stand beside them."""

from __future__ import annotations

from typing import NamedTuple

from store.places import compartments_with_cases
from store.repo.objects import ObjectReader
from store.repo.trees import find, parse_tree
from store.trust.paths import case_path, parse_path

__all__ = ["Standing", "standing"]


class Standing(NamedTuple):
    """The files of one case: blobs of its parts by compartment, and by path of what is beside."""

    parts: dict[str, str]
    beside: dict[str, str]

    @property
    def doubled(self) -> frozenset[str]:
        """The compartments in which a version stands beside another."""
        return frozenset(path.split("/")[1] for path in self.beside)


def standing(objects: ObjectReader, tree: str, case_id: str) -> Standing:
    """Find the files of a case; there may be none."""
    found = Standing({}, {})
    for name in compartments_with_cases(objects, tree):
        shard = find(objects, tree, f"cases/{name}/{case_id[:2]}")
        if shard is None:
            continue
        entries = parse_tree(objects.read(shard)[1])
        for file in (one for one in entries if one.startswith(case_id.encode())):
            path = f"cases/{name}/{case_id[:2]}/{file.decode('utf-8', 'replace')}"
            blob = entries[file].oid.hex()
            if path == case_path(name, case_id):
                found.parts[name] = blob
            elif parse_path(path) is not None:
                found.beside[path] = blob
    return found
