"""Where two lines of a history parted, and what one of them took away from those of the other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from store.crypto.sshkey import from_text
from store.trust.ancestry import Ancestry
from store.trust.policy import Member, Policy
from store.trust.reading import Reader
from store.trust.report import Finding, Note
from store.trust.signatures import claimed_key
from store.trust.step import Known, Step, finding

__all__ = ["Partings", "ancestors", "brought_aside", "judge_order", "signers_aside"]

_RANKS = {"admin": 3, "editor": 2, "reviewer": 1}
_PIECE = 1000
_ONLY_ADMINS = Note(
    "puts commits of {who} before the policy that took rights from them: only an admin may do that",
    "compare with the others which line they have; an admin can merge the two",
)
_TAKEN_IN = Note(
    "takes in {count} commits of {who} that the policy of the other side had no place for any more",
    "look at what they changed (dalil log, dalil diff); bring back what is wrong from before them",
)

Parents = Mapping[str, tuple[str, ...]]


class Partings:
    """The newest commits that two commits share, by the parents that raw commits name."""

    def __init__(self, parents: Parents) -> None:
        self._parents = parents
        self._ancestry = Ancestry(parents)
        self._found: dict[tuple[str, str], list[str]] = {}

    def bases(self, left: str, right: str) -> list[str]:
        """Give them; `left` is no ancestor of `right`."""
        here = left
        # Along a line without merges nothing changes: a hostile one may be long.
        while (here, right) not in self._found and len(self._parents.get(here, ())) == 1:
            here = self._parents[here][0]
        known = self._found.get((here, right))
        found = self._ancestry.bases(left, right) if known is None else known
        self._found[left, right] = found
        return found


def judge_order(
    step: Step, signed: Callable[[str, str, Collection[str]], Mapping[str, Sequence[str]]]
) -> Iterator[Finding]:
    """Hold a merge against rule 2: whose work it puts before the loss of their rights.

    What is on the side of the first parent counts as done before all that the other side brings.
    The other way round, that side's policy keeps it out. Which of the two came first, nothing in
    the history can tell; so it is an admin who says it, and the finding tells the reader.
    `signed` gives the commits, below one parent and not the other, by each of some keys.
    """
    first, second = step.parents
    lost = _lost(step, second)
    if not lost or not isinstance(step.key, str):
        return
    for key, oids in signed(first.oid, second.oid, lost).items():
        values = {"who": lost[key], "count": len(oids)}
        if not all(_is_admin(known, step.key) for known in (first, second)):
            yield finding(step, 2, _ONLY_ADMINS._replace(values=values))
        elif second.policy and not second.policy.revoked_after(key):  # those are told one by one
            yield finding(step, 2, _TAKEN_IN._replace(values=values), "notice")


def brought_aside(
    step: Step, signed: Callable[[str, str, Collection[str]], Mapping[str, Sequence[str]]]
) -> list[str]:
    """Give the commits that a merge has to be asked about, though it is not on the mainline.

    A side line was the mainline of whoever made it. What its merges bring in must count where it
    came in there: else two lines, of which one took rights away, are joined aside by anybody, and
    hung onto a commit from before both.
    """
    first, second = step.parents
    lost = _lost(step, first)
    if first.policy is not None and second.policy is not None:
        for handle, member in second.policy.members.items():
            now = first.policy.members.get(handle)
            is_gone = now is not None and now.left is not None
            lost |= {k: handle for k in member.sign if is_gone or first.policy.revoked_after(k)}
    found = signed(second.oid, first.oid, lost) if lost else {}
    return [oid for oids in found.values() for oid in oids]


def signers_aside(
    reader: Reader, parents: Parents, tips: tuple[str, str], keys: Collection[str]
) -> dict[str, list[str]]:
    """Give the commits by some keys below the first of two tips and not below the second."""
    beyond = list(ancestors(parents, tips[0]) - ancestors(parents, tips[1]))
    names = {from_text(key).blob: key for key in keys}
    found: dict[str, list[str]] = {}
    for start in range(0, len(beyond), _PIECE):
        piece = beyond[start : start + _PIECE]
        for oid, raw in zip(piece, reader.get("commit", piece), strict=True):
            key = names.get(claimed_key(raw)) if isinstance(raw, bytes) else None
            if key is not None:
                found.setdefault(key, []).append(oid)
    return found


def ancestors(parents: Parents, oid: str) -> set[str]:
    """Give a commit and all its ancestors, as far as they are known."""
    found, stack = set[str](), [oid]
    while stack:
        here = stack.pop()
        if here not in found:
            found.add(here)
            stack += parents.get(here, ())
    return found


def _lost(step: Step, line: Known) -> dict[str, str]:
    """Give the signing keys that may less on one of the two lines than where they parted."""
    first, second = step.parents
    lost: dict[str, str] = {}
    for policy in step.parted(first.oid, second.oid):
        if line.policy is not None and policy is not line.policy:
            lost |= _lost_rights(policy, line.policy)
    return lost


def _lost_rights(old: Policy, new: Policy) -> dict[str, str]:
    """Give the signing keys that may less under a policy than under another, with their owners."""
    lost = {}
    for handle, member in old.members.items():
        for key in member.sign:
            name = new.signer(key)
            if name is None or not _covers(new.members[name], member):
                lost[key] = handle
    return lost


def _covers(new: Member, old: Member) -> bool:
    return _RANKS.get(new.role or "", 0) >= _RANKS.get(old.role or "", 0) and (
        new.role == "admin" or set(new.compartments) >= set(old.compartments)
    )


def _is_admin(known: Known, key: str) -> bool:
    return known.policy is not None and known.policy.is_admin(known.policy.signer(key) or "")
