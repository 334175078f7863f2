"""A version as a merge leaves it, with its conflicts, put into a repository."""

from __future__ import annotations

from store.committing import commit_parts, prepare, settle
from store.joined import changed_parts
from store.lock import write_lock
from store.model.case import Case
from store.vault import Vault


def put(vault: Vault, case: Case, why: str = "merged") -> str:
    """Commit a version as it is, conflicts and all, and give the commit."""
    with write_lock(vault.git_dir):
        prepare(vault)
        current = vault.get(case.id)
        parts = [(case.id, *part) for part in changed_parts(current, case).items()]
        commit = commit_parts(vault, vault.author, parts, why, "edit case")
    settle(vault)
    return commit
