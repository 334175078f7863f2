"""The policy that two lines go on with, and its key files; both changed it: a new one is made.

Where both began a new epoch of a compartment there are two keys of one number. The one of the first
parent keeps its number, the other gets the next, so that every version of either line stays open to
who may read it; and a third key, which nobody had who left on either side, is what goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from store.crypto import age
from store.epoch_files import all_keys, key_files
from store.errors import BadFormat, Refused
from store.merging.meeting import OURS, THEIRS, Line, Meeting, Rules
from store.merging.paths import Version
from store.merging.policies import join_policies
from store.policy_change import must_administer
from store.trust.paths import parse_path
from store.trust.policy import Policy, dump, parse
from store.trust.transitions import leavers

if TYPE_CHECKING:
    from store.crypto.identity import MemberIdentity

__all__ = ["find_rules"]

_POLICY = "policy.yaml"


def find_rules(meeting: Meeting, versions: Sequence[Version]) -> Rules:
    """Find the policy that both go on with, given the paths that differ.

    Raises:
        Refused: both changed the policy, and this member alone cannot join that.
    """
    changed = next((version for version in versions if version.path == _POLICY), None)
    keys = [v for v in versions if (place := parse_path(v.path)) and place.kind == "key"]
    if any(version.newer == "both" and not any(version.bases) for version in keys):
        return _joined(meeting)  # one epoch begun on both sides, be it by the same words
    if changed is None:
        return _taken(meeting, THEIRS, keys)
    newer = changed.newer
    if newer == "neither":  # each has the policy of another base: the later one has the other in it
        one, other = meeting.theirs.policy.version, meeting.ours.policy.version
        newer = "theirs" if one > other else "ours" if other > one else "both"
    if newer != "both":
        side = THEIRS if newer == "theirs" else OURS
        kept = {_POLICY: changed.ours} if side == OURS else {}
        rules = _taken(meeting, side, keys)
        return rules._replace(kept={**rules.kept, **kept})
    return _joined(meeting)


def _taken(meeting: Meeting, side: str, keys: Sequence[Version]) -> Rules:
    """Go on with the policy of one side, and its keys.

    Keys are written again without a new policy where somebody used a recovery key.
    """
    ours = (OURS, "both", "neither") if side == OURS else (OURS,)
    kept = {version.path: version.ours for version in keys if version.newer in ours}
    policy = meeting.ours.policy if side == OURS else meeting.theirs.policy
    return Rules(policy, {}, kept, {}, {})


def _joined(meeting: Meeting) -> Rules:
    """Make a new policy of both, with all keys that it takes."""
    identity = _must_join(meeting)
    theirs, ours = meeting.theirs.policy, meeting.ours.policy
    bases = [meeting.vault.policy_at(base) for base in meeting.bases]
    base = max(bases, key=lambda policy: policy.version)
    policy = join_policies(base, theirs, ours)
    keys = {name: _all_keys(meeting, name) for name in _rising(bases, theirs, ours, policy)}
    epochs = {name: max(found) + 1 for name, found in keys.items()}
    policy = _checked(join_policies(base, theirs, ours, epochs))
    fresh = {name: age.new_identity() for name in keys}
    files = {_POLICY: dump(policy)}
    kept: dict[str, str | None] = {}
    for name in policy.compartments:
        if name in keys:
            every = {epochs[name]: fresh[name], **keys[name]}
            files |= key_files(name, every, policy.recipients(name), identity.plugins)
        else:
            line = _line_of(meeting, policy, name)
            if set(policy.recipients(name)) == set(line.policy.recipients(name)):
                kept |= _key_blobs(meeting, name) if line is meeting.ours else {}
            else:
                opened = all_keys(meeting.vault, name, meeting.vault.epoch_keys, line.commit)
                files |= key_files(name, opened, policy.recipients(name), identity.plugins)
    old = {name: list(found.values()) for name, found in keys.items()}
    return Rules(policy, files, kept, fresh, old)


def _must_join(meeting: Meeting) -> MemberIdentity:
    """Make sure that this member may join two policies, alone.

    Raises:
        Refused: they may not.
    """
    identity, _ = must_administer(meeting.vault)
    theirs, ours = meeting.theirs.policy, meeting.ours.policy
    handle = theirs.signer(identity.public)
    if handle is None or not theirs.is_admin(handle):
        raise Refused(
            "the policy was changed on both sides, and on the other one you are no admin",
            hint="one of them merges: {admins}; nothing was changed",
            admins=", ".join(sorted({*theirs.admins} & {*ours.admins}) or theirs.admins),
        )
    needed = max(theirs.threshold, ours.threshold)
    if needed > 1:
        raise Refused(
            "the policy was changed on both sides, and a change of it needs {needed} admins",
            hint="make your change again on top of the other one; nothing was changed",
            needed=needed,
        )
    return identity


def _rising(bases: Sequence[Policy], theirs: Policy, ours: Policy, policy: Policy) -> list[str]:
    """Name the compartments that need a key which nobody has yet.

    Both sides made one; or somebody who left on one side was given it on the other.
    """
    rising = []
    for name, compartment in policy.compartments.items():
        before = max((_epoch(base, name) for base in bases), default=0)
        is_twice = min(_epoch(theirs, name), _epoch(ours, name)) > before
        is_open = any(
            leavers(old, policy, name) and _epoch(old, name) >= compartment.epoch
            for old in (theirs, ours)
            if name in old.compartments
        )
        if is_twice or is_open:
            rising.append(name)
    return rising


def _epoch(policy: Policy, name: str) -> int:
    return policy.compartments[name].epoch if name in policy.compartments else 0


def _all_keys(meeting: Meeting, name: str) -> dict[int, age.Identity]:
    """Give the keys of both sides, each once: those of ours that theirs has not come after.

    Raises:
        Refused: this member cannot open one of them.
    """
    sides = [
        all_keys(meeting.vault, name, meeting.vault.epoch_keys, line.commit)
        for line in (meeting.theirs, meeting.ours)
    ]
    keys = dict(sorted(sides[0].items()))
    known = {key.recipient for key in keys.values()}
    for _, key in sorted(sides[1].items()):
        if key.recipient not in known:
            keys[max(keys, default=0) + 1] = key
    return dict(sorted(keys.items(), reverse=True))


def _line_of(meeting: Meeting, policy: Policy, name: str) -> Line:
    """Give the side whose keys of a compartment go on."""
    is_theirs = _epoch(meeting.theirs.policy, name) == policy.compartments[name].epoch
    return meeting.theirs if is_theirs else meeting.ours


def _key_blobs(meeting: Meeting, name: str) -> Mapping[str, str | None]:
    from store.repo.trees import find, list_files

    folder = find(meeting.objects, meeting.ours.tree, f"keys/{name}")
    listed = list_files(meeting.objects, folder) if folder else ()
    return {f"keys/{name}/{file}": blob for file, blob in listed}


def _checked(policy: Policy) -> Policy:
    """Make sure that the two hold together.

    Raises:
        Refused: they do not.
    """
    try:
        return parse(dump(policy))
    except BadFormat as error:
        raise Refused(
            "the policy was changed on both sides, and the two do not go together: {problem}",
            hint="make your change again on top of the other one; nothing was changed",
            problem=error,
        ) from error
