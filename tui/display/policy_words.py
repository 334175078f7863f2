"""What a commit changed in the policy, in words: who may sign, read and administer now."""

from __future__ import annotations

from collections.abc import Iterator

from store.crypto.sshkey import fingerprint
from store.trust.policy import Member, Policy
from tui.i18n import t

__all__ = ["policy_texts"]

_NOBODY = Member()


def policy_texts(old: Policy | None, new: Policy) -> list[str]:
    """Write one sentence for each thing that differs; of a first policy, all there is."""
    texts = [t("history.policy.version", version=new.version)]
    if old is None or old.name != new.name:
        texts.append(t("history.policy.name", name=new.name))
    members = old.members if old else {}
    for handle in dict.fromkeys((*members, *new.members)):
        before, after = members.get(handle, _NOBODY), new.members.get(handle, _NOBODY)
        texts += _member_texts(handle, before, after)
    compartments = old.compartments if old else {}
    for name, compartment in new.compartments.items():
        if compartments.get(name) != compartment:
            values = {"compartment": name, "epoch": compartment.epoch}
            key = "epoch" if name in compartments else "compartment"
            texts.append(t(f"history.policy.{key}", **values))
    gone = [name for name in compartments if name not in new.compartments]
    texts += [t("history.policy.no_compartment", compartment=name) for name in gone]
    return [*texts, *_rest(old, new)]


def _rest(old: Policy | None, new: Policy) -> Iterator[str]:
    """Tell what is not of one member or compartment."""
    if new.threshold != (old.threshold if old else 1):
        yield t("history.policy.threshold", count=new.threshold)
    for entry in new.revoked:
        if old is None or old.revoked_after(entry.key) != entry.after:
            values = {"key": fingerprint(entry.key), "commit": entry.after[:10]}
            yield t("history.policy.revoked", **values)
    for sign, key in _marked(old.recovery if old else (), new.recovery):
        yield t("history.policy.recovery", sign=sign, key=key)


def _member_texts(handle: str, old: Member, new: Member) -> Iterator[str]:
    if old == new:
        return
    if new.role is None:
        yield t("history.policy.left", handle=handle)
        return
    if old.role is None:
        kind = "added" if new.compartments else "added_blind"
        reads = t("header.comma").join(new.compartments)
        yield t(f"history.policy.{kind}", handle=handle, role=_role(new), compartments=reads)
    elif old.role != new.role:
        yield t("history.policy.role", handle=handle, old=_role(old), new=_role(new))
    for sign, key in _marked(old.sign, new.sign):
        yield t("history.policy.sign", handle=handle, sign=sign, key=fingerprint(key))
    for sign, key in _marked(old.age, new.age):
        yield t("history.policy.age", handle=handle, sign=sign, key=key)
    if old.role is not None:
        for sign, name in _marked(old.compartments, new.compartments):
            yield t("history.policy.reads", handle=handle, sign=sign, compartment=name)


def _marked(old: tuple[str, ...], new: tuple[str, ...]) -> list[tuple[str, str]]:
    """Give what went and what came, each with its sign."""
    gone = [("−", each) for each in old if each not in new]
    return [*gone, *(("+", each) for each in new if each not in old)]


def _role(member: Member) -> str:
    return t(f"history.role.{member.role}")
