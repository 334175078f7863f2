"""Who can read a case, part by part, in words."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from store.who import Readers
from tui.display.direction import RTL
from tui.i18n import language, t

__all__ = ["readers_text"]


def readers_text(parts: Sequence[Readers]) -> Content:
    """Write each part as its compartment, those who read it, and those who open it all the same."""
    blocks = []
    for part in parts:
        title = f"{part.compartment} · {t('members.key', epoch=part.epoch)}"
        lines = [_turned(Content.styled(title, "bold $accent"))]
        readers = [f"{handle} · {t(f'history.role.{role}')}" for handle, role in part.readers]
        lines += [_turned(Content(reader)) for reader in readers]
        for handle in part.former:
            text = t("members.who.former", handle=handle, compartment=part.compartment)
            lines.append(_turned(Content.styled(text, "$error")))
        if part.recovery:
            lines.append(Content.styled(t("members.paper", count=part.recovery), "$warning"))
        blocks.append(Content("\n").join(lines))
    meaning = Content.styled(t("members.who.meaning"), "$foreground 60%")
    return Content("\n\n").join([*blocks, meaning])


def _turned(line: Content) -> Content:
    """Read a line that begins with a Latin name from the right, on a screen that is."""
    return line.stylize(RTL) if language() == "ar" else line
