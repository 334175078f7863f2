"""The two themes: dark and light, one accent colour each.

States are never told by colour alone, so both also work with NO_COLOR. Their colours keep apart
when a terminal has only sixteen.
"""

from __future__ import annotations

from textual.theme import Theme

__all__ = ["DARK", "LIGHT", "name_of"]

DARK = Theme(
    name="dalil-dark",
    dark=True,
    primary="#5fafaf",
    secondary="#5fafaf",
    accent="#5fd7d7",
    foreground="#e4e4e4",
    background="#121416",
    surface="#1c2023",
    panel="#262b2f",
    success="#87d787",
    warning="#ffd75f",
    error="#ff8787",
    variables={
        "block-cursor-background": "#5fd7d7",
        "block-cursor-foreground": "#121416",
        "block-cursor-text-style": "none",
        "input-selection-background": "#5fafaf 40%",
    },
)

LIGHT = Theme(
    name="dalil-light",
    dark=False,
    primary="#00696b",
    secondary="#00696b",
    accent="#005f61",
    foreground="#1a1c1e",
    background="#fbfbf9",
    surface="#f1f1ee",
    panel="#e4e4e0",
    success="#1e6b2a",
    warning="#7a5200",
    error="#a3141f",
    variables={
        "block-cursor-background": "#005f61",
        "block-cursor-foreground": "#fbfbf9",
        "block-cursor-text-style": "none",
        "input-selection-background": "#00696b 30%",
    },
)


def name_of(setting: str) -> str:
    """Give Textual's name of the theme that the settings call "dark" or "light"."""
    return LIGHT.name if setting == "light" else DARK.name
