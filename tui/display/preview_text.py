"""A case in short, for beside the list: what it is, who changed it why, who and what is in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from textual.content import Content

from store.model.case import Case
from store.model.fields import Section, load_model
from store.model.parts import SEALED, is_stub
from tui.display.case_head import state_line
from tui.display.direction import LTR, RTL
from tui.display.values import BETWEEN, View, marked_title, value_text
from tui.i18n import label, language, t

__all__ = ["preview_text"]

_SECTIONS = {"people": ("capacities",), "proceedings": ("status",), "events": ("place",)}
"""The sections to show, and what is said of an item after its title."""
_MOST = 5  # items of a section
_SUMMARY = 280  # letters


def preview_text(case: Case, readers: Mapping[str, Sequence[str]] | None = None) -> Content:
    """Write a case in short; what is composed of parts is read as the screen is.

    `readers` are the members who can open each compartment.
    """
    name = Content.styled(BETWEEN.join(filter(None, (case.reference, case.title))), "bold")
    parts = [
        _composed(name.stylize("$accent", 0, len(case.reference))),
        _composed(state_line(case)),
    ]
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
            parts += _items(section, items, details, View(case.data, readers=readers or {}))
    return Content("\n").join(parts)


def _heading(section: Section, count: int) -> Content:
    return Content.assemble(
        (label(section.labels), "bold $accent"), (f" {count}", "$foreground-muted")
    )


def _composed(line: Content) -> Content:
    return line.stylize(RTL if language() == "ar" else LTR)


def _items(
    section: Section, items: list[Mapping[str, Any]], details: tuple[str, ...], view: View
) -> Iterator[Content]:
    fields = {field.key: field for field in section.fields}
    for item in items[:_MOST]:
        more = [value_text(fields[key], item.get(key), view, short=True) for key in details]
        said = "".join(f"{BETWEEN}{text}" for text in more if text)
        title = marked_title(section, item, view)
        if is_stub(item) and (readers := view.readers.get(item[SEALED])):
            said += f"{BETWEEN}{t('case.sealed.by', readers=t('header.comma').join(readers))}"
        yield _composed(Content.assemble(title, (said, "$foreground-muted")))
    if len(items) > _MOST:
        yield Content.styled(t("browse.more", count=len(items) - _MOST), "$foreground-muted")


def _shortened(text: str) -> str:
    if len(text) <= _SUMMARY:
        return text
    return text[:_SUMMARY].rpartition(" ")[0] + " …"


def _one_line(text: str) -> str:
    return " ".join(text.split())
