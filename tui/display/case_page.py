"""The page of a section: its blocks, then what is missing; or what to do when it is empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from textual.content import Content

from store.errors import StoreError
from store.model.check import Problem
from store.model.fields import Section
from tui.display.changes import ARROW, path_text
from tui.display.page import SENSITIVE, Block, Line, blocks, lay_out
from tui.display.values import View
from tui.i18n import error, label, t, words

__all__ = ["problem_text", "section_page"]

MARGIN = 2


def section_page(
    section: Section,
    view: View,
    problems: Sequence[Problem],
    width: int,
    *,
    fault: StoreError | None = None,
    is_mirrored: bool = False,
) -> list[Line]:
    """Lay a section out as lines of a width; `fault` stands in place of a case that is not open."""
    if fault is not None:
        return _texts([part for part in error(fault) if part], "error", width, is_mirrored)
    if not view.data:
        return []
    made = blocks(section, view)
    if not made:
        empty = t("case.empty", section=label(section.labels)).split("\n")
        return _texts(empty, "quiet", width, is_mirrored)
    lines = lay_out(made, width, is_mirrored=is_mirrored)
    notes = list(_notes(section, view, problems))
    if any(_has_sensitive(block) for block in made):
        notes.append((f"{SENSITIVE} {t('case.sensitive')}", "quiet"))
    if notes:
        lines.append(Line(()))
    for text, style in notes:
        lines += _texts([text], style, width, is_mirrored)
    return lines


def problem_text(problem: Problem) -> str:
    """Say a problem in the language of the screen."""
    return words(problem.message, problem.values)


def _notes(section: Section, view: View, problems: Sequence[Problem]) -> Iterator[tuple[str, str]]:
    """Say what is wrong with this section, then in one sentence what is missing."""
    own = [problem for problem in problems if problem.path.split(".")[0] == section.key]
    prefix = f"{label(section.labels)}{ARROW}"
    missing = []
    for problem in own:
        where = path_text(problem.path, view).removeprefix(prefix)
        if problem.severity == "error":
            yield f"✗ {where}: {problem_text(problem)}", "error"
        else:
            missing.append(where)
    if missing:
        yield t("case.missing", fields=t("header.comma").join(missing)), "quiet"


def _has_sensitive(block: Block) -> bool:
    return any(row.is_sensitive or any(map(_has_sensitive, row.blocks)) for row in block.rows)


def _texts(paragraphs: Sequence[str], style: str, width: int, is_mirrored: bool) -> list[Line]:  # noqa: FBT001 - as in `section_page`
    lines = []
    for paragraph in paragraphs:
        for line in Content(paragraph).wrap(max(1, width - 2 * MARGIN)):
            text = line.plain.rstrip()
            before = width - MARGIN - cell_len(text) if is_mirrored else MARGIN
            lines.append(Line(((" " * before, ""), (text, style))))
    return lines
