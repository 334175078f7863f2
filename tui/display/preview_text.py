"""A case in short, for beside the list: what it is, who changed it why, who and what is in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from textual.content import Content

from store.model.case import Case
from store.model.fields import Section, load_model
from tui.display.case_head import case_head
from tui.display.values import BETWEEN, View, item_title, value_text
from tui.i18n import label, t

__all__ = ["preview_text"]

_SECTIONS = {"people": ("capacities",), "proceedings": ("status",), "events": ("place",)}
"""The sections to show, and what is said of an item after its title."""
_MOST = 5  # items of a section
_SUMMARY = 280  # letters


def preview_text(case: Case) -> Content:
    """Write a case in short; no line holds more than one field, so that Arabic keeps its side."""
    parts = [case_head(case)]
    if case.changed.why:
        parts.append(Content.assemble((f"“{_one_line(case.changed.why)}”", "italic")))
    summary = _one_line(str(case.get("overview.summary", "")))
    if summary:
        parts += [Content(""), Content(_shortened(summary))]
    for key, details in _SECTIONS.items():
        items = case.get(key, ())
        if items:
            section = load_model().section(key)
            parts += [Content(""), _heading(section, len(items))]
            parts += _items(section, items, details, View(case.data))
    return Content("\n").join(parts)


def _heading(section: Section, count: int) -> Content:
    return Content.assemble(
        (label(section.labels), "bold $accent"), (f" {count}", "$foreground-muted")
    )


def _items(
    section: Section, items: list[Mapping[str, Any]], details: tuple[str, ...], view: View
) -> Iterator[Content]:
    fields = {field.key: field for field in section.fields}
    for item in items[:_MOST]:
        more = [value_text(fields[key], item.get(key), view, short=True) for key in details]
        said = "".join(f"{BETWEEN}{text}" for text in more if text)
        yield Content.assemble(item_title(section, item, view), (said, "$foreground-muted"))
    if len(items) > _MOST:
        yield Content.styled(t("browse.more", count=len(items) - _MOST), "$foreground-muted")


def _shortened(text: str) -> str:
    if len(text) <= _SUMMARY:
        return text
    return text[:_SUMMARY].rpartition(" ")[0] + " …"


def _one_line(text: str) -> str:
    return " ".join(text.split())
