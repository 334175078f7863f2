"""What a new policy will do, in sentences for who is about to decide it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from textual.content import Content

from store.crypto.sshkey import fingerprint
from store.errors import BadFormat
from store.trust.policy import Member, Policy
from store.trust.policy_diff import compare_policies
from tui.i18n import language, t

__all__ = ["change_rows", "effects"]

_NOBODY = Member()
_SHORT = 10


def effects(old: Policy, new: Policy, cases: Mapping[str, int]) -> list[str]:
    """Say what a policy does, and what it does not; `cases` counts those of each compartment."""
    texts: list[str] = []
    for handle in dict.fromkeys((*old.members, *new.members)):
        before, after = old.members.get(handle, _NOBODY), new.members.get(handle, _NOBODY)
        texts += _of_member(handle, before, after, new.compartments.keys() - old.compartments)
    texts += _of_compartments(old, new, cases)
    if new.threshold != old.threshold:
        texts.append(t("history.policy.threshold", count=new.threshold))
    for entry in new.revoked:
        if entry not in old.revoked:
            values = {"key": fingerprint(entry.key), "commit": entry.after[:_SHORT]}
            texts.append(t("history.policy.revoked", **values))
    if new.extra != old.extra:
        texts.append(t("members.does.unknown"))
    losers = [handle for handle in old.members if _loses(old, new, handle)]
    if losers:
        texts.append(t("members.does.stays", handles=_list(losers)))
    return texts


def change_rows(old: Policy, new: Policy) -> Content:
    """Write everything that differs, a line each: whose, which property, from what, to what."""
    lines = []
    for row in compare_policies(old, new):
        what = t(f"audit.what.{row.what}")
        name = f"{row.who} · {what}" if row.who else what
        parts = [(name, "$foreground 60%")]
        parts += [(f"− {_value(row.what, row.old)}", "$error")] if row.old else []
        parts += [(f"+ {_value(row.what, row.new)}", "$success")] if row.new else []
        # Two spaces part the columns, and in Arabic the first stands at the right.
        ordered = parts[::-1] if language() == "ar" else parts
        lines.append(Content("  ").join([Content.styled(*part) for part in ordered]))
    return Content("\n").join(lines)


def _of_member(handle: str, old: Member, new: Member, fresh: set[str]) -> Iterator[str]:
    if new.role is None:
        if old.role is not None:
            yield t("members.does.remove", handle=handle)
        return
    role = t(f"history.role.{new.role}")
    if old.role is None:
        kind = "add" if new.compartments and new.age else "add_blind"
        reads = _list(new.compartments)
        yield t(f"members.does.{kind}", handle=handle, role=role, compartments=reads)
    elif old.role != new.role:
        before = t(f"history.role.{old.role}")
        yield t("members.does.role", handle=handle, new=role, old=before)
    if new.role == "admin" and old.role != "admin":
        yield t("members.does.power", handle=handle)
    if old.role is not None:
        yield from _of_access(handle, old, new, fresh)


def _of_access(handle: str, old: Member, new: Member, fresh: set[str]) -> Iterator[str]:
    if set(new.sign) - set(old.sign) or set(new.age) - set(old.age):
        yield t("members.does.keys", handle=handle)
    come = [name for name in new.compartments if name not in {*old.compartments, *fresh}]
    if come:
        yield t("members.does.grant", handle=handle, compartments=_list(come))
    gone = [name for name in old.compartments if name not in new.compartments]
    if gone:
        yield t("members.does.revoke", handle=handle, compartments=_list(gone))


def _of_compartments(old: Policy, new: Policy, cases: Mapping[str, int]) -> Iterator[str]:
    for name, compartment in sorted(new.compartments.items()):
        before = old.compartments.get(name)
        if before is None:
            yield t("members.does.create", compartment=name, handles=_list(new.readers(name)))
        elif before.epoch < compartment.epoch:
            yield t("members.does.rekey", compartment=name, count=cases.get(name, 0))


def _loses(old: Policy, new: Policy, handle: str) -> bool:
    """Say whether a member had a key to something that is closed to them from now on."""
    before, after = old.members[handle], new.members.get(handle, _NOBODY)
    return bool(before.age) and bool(set(before.compartments) - set(after.compartments))


def _list(names: Iterable[str]) -> str:
    return t("header.comma").join(names)


def _value(what: str, text: str) -> str:
    """Write an old or a new value: roles in the language of the screen."""
    return t(f"history.role.{text}") if what in ("role", "left") else _short(text)


def _short(text: str) -> str:
    """Write a signing key by its fingerprint; what stands after the key stays."""
    kind, _, rest = text.partition(" ")
    if not rest:
        return text
    key, _, after = rest.partition(" ")
    try:
        return f"{fingerprint(f'{kind} {key}')} {after}".rstrip()
    except BadFormat:
        return text
