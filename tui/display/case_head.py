"""What stands above a case: its reference, title and state, and who changed it last."""

from __future__ import annotations

from textual.content import Content

from store.model.case import Case
from store.model.conflict import conflicts
from store.model.fields import load_model
from tui.display.flags import flag
from tui.display.values import BETWEEN
from tui.i18n import ago, language, t

__all__ = ["case_head", "form_head", "state_line"]


def case_head(case: Case, *, commit: str | None = None) -> Content:
    """Write two lines; of an earlier version, say so."""
    count = flag(len(conflicts(case.data)))
    title = _row((count, "bold $warning"), (case.reference, "bold $accent"), (case.title, "bold"))
    return Content("\n").join([title, state_line(case, commit=commit)])


def state_line(case: Case, *, commit: str | None = None) -> Content:
    """Say in one line how far a case is, where it is kept and who changed it last."""
    return Content.styled(BETWEEN.join(_state(case, commit)), "$foreground 60%")


def form_head(case: Case, count: int, *, is_new: bool = False, note: str = "") -> Content:
    """Write the same above a form, with the number of unsaved changes, and what one must know."""
    name = t("case.new_in", compartment=case.compartment) if is_new else t("case.editing")
    title = _row((name, "bold $accent"), (case.reference, "bold"), (case.title, ""))
    state = t("case.changes", count=count) if count else t("case.no_changes")
    style = "$warning" if count else "$foreground 60%"
    second = _row((f"{'●' if count else '○'} {state}", style), (note, "bold $warning"))
    return Content("\n").join([title, second])


def _row(*parts: tuple[str, str]) -> Content:
    """Put texts beside each other, from the side that the language is read from."""
    texts = [Content.styled(" ".join(text.split()), style) for text, style in parts if text]
    return Content("  ").join(texts[::-1] if language() == "ar" else texts)


def _state(case: Case, commit: str | None) -> list[str]:
    model = load_model()
    texts = [model.vocabulary("case_status").label(case.status, language())] if case.status else []
    kinds = model.vocabulary("case_kind")
    kind_names = [kinds.label(kind, language()) for kind in case.kinds]
    texts.append(case.compartment)
    changed = case.changed
    if commit is not None:
        return [t("case.as_of", commit=commit[:10], at=changed.at[:10]), *texts, *kind_names]
    if changed.by:
        texts.append(t("case.changed", by=changed.by, ago=ago(changed.at)))
    return [*texts, *kind_names]
