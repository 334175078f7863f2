"""One commit as a page: who signed it, when, why, and what it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from store.history import CaseChange, CaseNote, Entry
from store.model.case import Case
from store.trust.policy import Policy
from tui.display.change_page import Paragraph, change_paragraphs
from tui.display.instant import exact_time, local_time
from tui.display.policy_words import policy_texts
from tui.display.values import BETWEEN, View
from tui.i18n import t
from tui.widgets.history_list import SIGNS, case_ids

__all__ = ["CommitDetail", "commit_paragraphs", "comparison_paragraphs"]

_SHORT = 10  # digits of a commit's id that are shown


class CommitDetail(NamedTuple):
    """What is known of a commit: the cases that are told field by field, the others by name.

    `policy` is the policy before and after, of a commit that changed it.
    """

    entry: Entry
    changes: tuple[CaseChange, ...] = ()
    others: tuple[CaseNote, ...] = ()
    policy: tuple[Policy | None, Policy] | None = None


def commit_paragraphs(detail: CommitDetail, cases: Mapping[str, str]) -> Iterator[Paragraph]:
    """Write a commit; `cases` gives the names of cases by id, for links to them."""
    yield from _head(detail.entry)
    for change in detail.changes:
        yield Paragraph()
        yield from _case(change, cases)
    if detail.policy is not None:
        yield Paragraph()
        for text in policy_texts(*detail.policy):
            yield Paragraph.of(text)
    if detail.others:
        yield Paragraph()
        yield Paragraph.of(t("history.more_cases", count=_rest(detail)), "label")
        yield from (Paragraph.of(_name(note), "value", "·") for note in detail.others)
    strange = [path for path in detail.entry.paths if not path.startswith("cases/")]
    if strange:
        yield Paragraph()
        yield Paragraph.of(t("history.files"), "label")
        yield from (Paragraph.of(path, "value", "·") for path in strange)


def comparison_paragraphs(
    entries: tuple[Entry, Entry], changed: CaseChange, cases: Mapping[str, str]
) -> Iterator[Paragraph]:
    """Write what differs between two versions of a case, the older one first."""
    for key, entry in zip(("from", "to"), entries, strict=True):
        values = {"commit": entry.commit[:_SHORT], "at": local_time(entry.at), "by": _by(entry)}
        yield Paragraph.of(t(f"history.compare.{key}", **values), "heading")
    yield Paragraph()
    yield from _changes(changed, cases)


def _head(entry: Entry) -> Iterator[Paragraph]:
    sign, style = SIGNS[entry.signature]
    state = f"{sign} {t(f'history.signature.{entry.signature}')}"
    kind = {"good": "added", "warning": "mark", "bad": "error"}[style]
    yield Paragraph(((f"{entry.commit[:_SHORT]}{BETWEEN}", "heading"), (state, kind)))
    if entry.signer is None:
        yield Paragraph.of(t("history.unsigned", author=entry.author), "error")
    elif entry.signer != entry.author:
        said = t("history.differs", signer=entry.signer, author=entry.author)
        yield Paragraph.of(f"! {said}", "mark")
    else:
        yield Paragraph.of(t("history.signed", signer=entry.signer))
    if entry.signature == "unverified":
        yield Paragraph.of(t("history.beyond"), "mark")
    yield Paragraph.of(f"{local_time(entry.at)}  ({exact_time(entry.at)})", "quiet")
    yield Paragraph.of(entry.message, "quiet")


def _case(change: CaseChange, cases: Mapping[str, str]) -> Iterator[Paragraph]:
    """Write what was done to one case, with the reason that was given."""
    if change.state != "open":
        yield Paragraph.of(t(f"history.state.{change.state}"), "heading")
        yield Paragraph.of(t(f"history.state.{change.state}_means"), "quiet")
        return
    case = Case(change.after or change.before or {})
    yield Paragraph.of(BETWEEN.join(filter(None, (case.reference, case.title))), "heading")
    if change.why:
        yield Paragraph(((t("history.why"), "quiet"), (f" {change.why}", "value")))
    yield Paragraph()
    yield from _changes(change, cases)


def _changes(change: CaseChange, cases: Mapping[str, str]) -> Iterator[Paragraph]:
    if not change.changes:
        yield Paragraph.of(t("history.same"), "quiet")
    old, new = (View(data or {}, cases) for data in (change.before, change.after))
    yield from change_paragraphs(change.changes, old, new)


def _name(note: CaseNote) -> str:
    if note.state != "open":
        return f"{t(f'history.state.{note.state}')} · {note.compartment}"
    return BETWEEN.join(filter(None, (note.reference, note.title)))


def _rest(detail: CommitDetail) -> int:
    return len(case_ids(detail.entry)) - len(detail.changes)


def _by(entry: Entry) -> str:
    return entry.signer or entry.author
