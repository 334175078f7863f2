"""Merge two histories: cases by their fields, policies by their members, the rest by its files.

What one side alone changed is taken as it is. A part that this member cannot open, or not write,
stands beside the other version of it. The merge itself is held against the rules of verification.
"""

from __future__ import annotations

from store.merging.siblings import join_siblings
from store.merging.tip import Merged, merge_tip

__all__ = ["Merged", "join_siblings", "merge_tip"]
