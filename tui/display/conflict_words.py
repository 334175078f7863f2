"""A conflict in words: its field, where each value is from, and the value as it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from store.model.case import Case
from store.model.conflict import Conflict
from store.model.fields import load_model
from store.model.parts import SEALED
from store.model.shape import fits
from store.resolving import decides_who_reads
from tui.deciding import BASE, GONE, KEEP, OWN, Option
from tui.display.changes import conflict_place
from tui.display.conflict_page import Card, ConflictText, Pieces
from tui.display.instant import local_time
from tui.display.text_diff import text_difference
from tui.display.values import BETWEEN, View, item_title, value_texts
from tui.i18n import t

__all__ = ["conflict_text", "is_long", "option_texts"]

_LONG = 300
"""Letters of a text from which on only the words that differ are shown, until all is wanted."""
_BEGINNING = 160
_NAMES = {BASE: "base", KEEP: "stands", OWN: "own", GONE: "taken"}


def conflict_text(
    conflict: Conflict,
    options: Sequence[Option],
    view: View,
    *,
    chosen: str | None = None,
    is_full: bool = False,
    note: str = "",
) -> ConflictText:
    """Write a conflict with its options; `chosen` is the key of one, `note` what else to say."""
    notes = [note] if note else []
    if decides_who_reads(conflict):
        notes.append(t("conflicts.reads"))
    cards = [
        Card(
            option.key,
            _source(option),
            tuple(_paragraphs(conflict, option, view, is_full)),
            option.key == chosen,
        )
        for option in options
    ]
    return ConflictText(
        conflict.path or ".", conflict_place(conflict.path, view), " ".join(notes), tuple(cards)
    )


def is_long(conflict: Conflict) -> bool:
    """Is anything of it shown in part only?"""
    values = [side.value for side in conflict.values] + [conflict.base]
    return any(isinstance(value, str) and len(value) > _LONG for value in values)


def option_texts(path: str, value: Any, view: View) -> list[str]:
    """Write what could stand at a path, a paragraph each."""
    if value is None:
        return [t("conflicts.nothing")]
    if not path:
        return [t("conflicts.stays")]
    model = load_model()
    field = model.field(path)
    if isinstance(value, dict) and "id" in value and value == Case(dict(view.data)).get(path):
        holder = field or model.section(path.partition(".")[0])
        return [item_title(holder, value, view)]
    # What a conflict holds is of any shape: only a case itself is checked when it is read.
    if field is not None and path.endswith(f".{field.key}") and fits(value, field):
        return value_texts(field, value, view) or [str(value)]
    if path.endswith(f".{SEALED}") or not isinstance(value, list | dict):
        return [str(value)]
    return [BETWEEN.join(map(str, value))]


def _source(option: Option) -> str:
    """Say where a value is from: who had it when, or what it is else."""
    known = _NAMES.get(option.key)
    parts = [t(f"conflicts.{known}") if known else option.by]
    if option.is_standing and option.key != KEEP:
        parts.append(t("conflicts.stands"))
    if option.at:
        parts.append(local_time(option.at))
    return BETWEEN.join(parts)


def _paragraphs(
    conflict: Conflict,
    option: Option,
    view: View,
    is_full: bool,  # noqa: FBT001 - as its caller was told
) -> Iterator[Pieces]:
    value = option.value
    if isinstance(value, str) and not is_full and is_long(conflict):
        yield from _in_short(value, conflict.base if option.key != BASE else None)
        return
    style = "quiet" if value is None else "value"
    for text in option_texts(conflict.path, value, view):
        yield from (((line, style),) for line in text.rstrip().split("\n"))


def _in_short(text: str, base: Any) -> Iterator[Pieces]:
    """Write the words of a long text that differ from the base; without one, its beginning."""
    if not isinstance(base, str):
        is_cut = len(text) > _BEGINNING
        start = text[:_BEGINNING].rpartition(" ")[0] or text[:_BEGINNING] if is_cut else text
        for line in (f"{start} …" if is_cut else text).split("\n"):
            yield ((line, "value"),)
        return
    hunks = text_difference(base, text)
    if not hunks:
        yield ((t("conflicts.as_base"), "quiet"),)
    for hunk in hunks:
        for pieces, sign, style in ((hunk.old, "− ", "removed"), (hunk.new, "+ ", "added")):
            if pieces:
                word = f"{style}-word"
                yield ((sign, style), *((p.text, word if p.is_changed else style) for p in pieces))
