"""The page about a member, a compartment, or the rules that hold for all of the repository."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual.content import Content

from store.crypto.sshkey import fingerprint
from tui.display.direction import RTL
from tui.display.instant import local_time
from tui.display.key_words import key_text
from tui.i18n import language, t
from tui.people import People

__all__ = ["compartment_page", "member_page", "rules_page"]

_SHORT = 10


def member_page(people: People, handle: str) -> Content:
    """Tell of a member: since when, what they read, and their keys as one compares them."""
    member = people.policy.members[handle]
    lines = [_title(handle, t(f"history.role.{member.role}") if member.role else "")]
    since = people.since.get(handle)
    if since is not None:
        lines.append(_line(t("members.since", version=since.version, at=local_time(since.at))))
    if member.left is not None:
        return _joined([*lines, _line(t("members.left_page", version=member.left))])
    epochs = people.policy.compartments
    names = [f"{c} ({t('members.key', epoch=epochs[c].epoch)})" for c in member.compartments]
    if names and member.age:
        lines.append(_line(t("members.reads", compartments=_list(names))))
    else:
        lines.append(_line(t("members.reads_nothing")))
    lines += _keys("members.sign", map(fingerprint, member.sign))
    lines += _keys("members.age", member.age)
    return _joined(lines)


def compartment_page(people: People, name: str) -> Content:
    """Tell of a compartment: its key, its cases, and who reads it."""
    policy = people.policy
    readers = [
        f"{handle} ({t(f'history.role.{policy.members[handle].role}')})"
        for handle in policy.readers(name)
        if policy.members[handle].age
    ]
    key = t("members.key", epoch=policy.compartments[name].epoch)
    cases = t("browse.count.all", count=people.cases.get(name, 0))
    lines = [
        _title(name, t("members.kind.compartment")),
        _line(_list([key, cases])),
        _line(t("members.readers", readers=_list(readers))),
    ]
    if policy.recovery:
        lines.append(_line(t("members.paper", count=len(policy.recovery))))
    return _joined(lines)


def rules_page(people: People) -> Content:
    """Tell how many admins a change needs, and which keys stand beside those of the members."""
    policy = people.policy
    lines = [
        _title(policy.name, ""),
        _line(t("history.policy.threshold", count=policy.threshold)),
        _line(t("members.admins", admins=_list(policy.admins))),
        *_keys("members.recovery", policy.recovery),
        Content.styled(t("members.revoked"), "$foreground 60%"),
    ]
    revoked = [
        t("history.policy.revoked", key=fingerprint(one.key), commit=one.after[:_SHORT])
        for one in policy.revoked
    ]
    return _joined([*lines, *map(_line, revoked or [t("members.none")])])


def _keys(name: str, shown: Iterable[str]) -> Iterator[Content]:
    """Give a heading, and under it each key; where there is none, that."""
    yield Content.styled(t(name), "$foreground 60%")
    blocks = [key_text(one) for one in shown]
    yield from blocks or [_line(t("members.none"))]


def _title(name: str, what: str) -> Content:
    parts = [Content.styled(name, "bold $accent"), *([Content(what)] if what else [])]
    title = Content(" · ").join(parts)
    return title.stylize(RTL) if language() == "ar" else title  # it begins with a Latin name


def _line(text: str) -> Content:
    return Content(text)


def _list(texts: Iterable[str]) -> str:
    return t("header.comma").join(texts)


def _joined(lines: Iterable[Content]) -> Content:
    return Content("\n").join(list(lines))
