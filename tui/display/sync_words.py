"""What a sync came to, in words: what came and went, or why not and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.content import Content

from store.remote.fetch import Fetched
from store.remote.state import Known
from store.remote.sync import Look, Synced
from tui.display.flags import FLAG
from tui.display.verdict import bar
from tui.i18n import ago, error, language, number, t, words
from tui.sync_run import SyncRun, took
from tui.widgets.list_state import key_of

if TYPE_CHECKING:
    from tui.app import DalilApp

__all__ = [
    "conflicts_line",
    "look_text",
    "no_remote_text",
    "progress_text",
    "result_text",
    "result_words",
    "standing_text",
]

_SIGNS = {
    "done": ("✓", "bold $success"),
    "offline": ("○", "bold $warning"),
    "refused": ("✗", "bold $error"),
    "needs_you": ("!", "bold $warning"),
    "cancelled": ("?", "bold $warning"),
}
_TOLD = 2  # findings that are told in full


def conflicts_line(flags: Mapping[str, int], app: DalilApp) -> str:
    """Say how many fields have two values now, and how to see them."""
    said = t("sync.conflicts", count=sum(flags.values()), key=key_of(app, "conflicts"))
    return f"{FLAG} {said}"


def result_text(result: Synced) -> Content:
    """Write what a sync with one remote came to: the sentence, and below it what else there is."""
    sign, style = _SIGNS[result.state]
    title, text = result_words(result)
    lines = [Content.styled(f"{sign} {title}", style), *map(Content, filter(None, (text,)))]
    if result.state != "done" and (result.incoming or result.pushed):
        lines.append(Content(_moved(result)))
    merged = result.merged
    if merged is not None and merged.blind:
        lines.append(Content.styled(t("sync.blind", count=len(merged.blind)), "$warning"))
    if merged is not None and merged.given_way:
        files = t("header.comma").join(merged.given_way)
        lines.append(Content.styled(t("sync.given_way", files=files), "$warning"))
    if result.fetched is not None:
        lines += [Content.styled(line, "$warning") for line in _of_fetched(result.fetched)]
    return Content("\n").join(lines)


def result_words(result: Synced) -> tuple[str, str]:
    """Give a sentence that says how a sync ended, and what to do or to know; it may be empty."""
    remote, fetched = result.remote, result.fetched
    if result.state == "done":
        return t("sync.done", remote=remote), _moved(result)
    if result.state == "cancelled":
        return t("sync.cancelled", remote=remote), t("sync.nothing_lost")
    message, hint = error(result.error) if result.error is not None else ("", "")
    if result.state == "offline":
        lines = (message, hint, t("sync.nothing_lost"))
        return t("sync.offline", remote=remote), "\n".join(filter(None, lines))
    if result.state == "refused" and fetched is not None and fetched.is_refused:
        said = t(f"remote.state.{fetched.state}", remote=remote, before=fetched.before[:12])
        return said.removeprefix("✗ "), ""
    return message or t(f"sync.state.{result.state}"), hint


def look_text(look: Look) -> Content:
    """Say what a sync would do."""
    comes, goes = len(look.incoming), look.outgoing
    parts = [t("sync.would_come", count=comes)] if comes else []
    parts += [t("sync.would_go", count=goes)] if goes else []
    said = t("header.comma").join(parts) or t("sync.nothing_new")
    lines = [Content.styled(f"{look.fetched.remote}: {said}", "bold")]
    lines += [Content.styled(line, "$warning") for line in _of_fetched(look.fetched)]
    return Content("\n").join(lines)


def progress_text(run: SyncRun, stop_key: str) -> Content:
    """Say what is going on, how far it is, and how to stop it."""
    stage = "stopping" if run.is_stopping else run.stage
    said, how = t(f"sync.stage.{stage}", remote=run.remote), t("sync.stop", key=stop_key)
    if not run.total:
        return Content(f"{said} · {how}")
    counted = t("sync.progress", done=number(run.done), total=number(run.total))
    parts = bar(run.done, run.total), "  ", f"{said} · {counted} · {how}"
    return Content.assemble(*(parts[::-1] if language() == "ar" else parts))


def standing_text(name: str, known: Known) -> Content:
    """Say where a remote stands, as far as it is known without asking it."""
    when = t("sync.last", ago=ago(known.fetched)) if known.fetched else t("sync.never")
    parts = (name, "bold"), f"  {known.url}  ", (when, "$foreground-muted")
    return Content.assemble(*(parts[::-1] if language() == "ar" else parts))


def no_remote_text() -> Content:
    """Say how to name a remote, and how to do without; what is typed stands on lines of its own."""
    lines = [Content.styled(t("sync.no_remote"), "bold")]
    for way in ("remote add origin URL", "bundle export FILE"):
        said = t(f"sync.without.{way.split()[0]}")
        lines += [Content(), Content(said), Content.styled(f"  dalil {way}  ", "bold $accent")]
    return Content("\n").join(lines)


def _moved(result: Synced) -> str:
    came, went = len(took(result)), result.pushed
    waits = len(result.incoming) - came
    parts = [t("sync.came", count=came)] if came else []
    parts += [t("sync.would_come", count=waits)] if waits else []
    parts += [t("sync.went", count=went)] if went else []
    return t("header.comma").join(parts) or t("sync.nothing_new")


def _of_fetched(fetched: Fetched) -> list[str]:
    """Tell what was found wrong in what a remote serves, and whether it may be holding back."""
    lines = []
    if fetched.report is not None:
        failures = fetched.report.failures
        lines += [
            f"{one.commit[:10]}: {words(one.message, one.values)}" for one in failures[:_TOLD]
        ]
        if len(failures) > _TOLD:
            lines.append(t("sync.more_findings", count=len(failures) - _TOLD))
    if fetched.evidence:
        lines.append(t("remote.evidence", ref=fetched.evidence))
    if fetched.frozen:
        lines.append(t("remote.frozen", remote=fetched.remote, count=fetched.frozen))
    return lines
