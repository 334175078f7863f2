"""Who puts Arabic in order, Dalil or the terminal: terminals differ, and none can be asked.

Mode `app`: Dalil joins and reorders, and switches the terminal's own reordering off.
Mode `terminal`: the terminal does, well within a line and badly across columns.
Mode `off`: nobody does, for a terminal or a reader that wants the stored order.
In all three, text is scrubbed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

__all__ = ["Mode", "Setting", "choose_mode", "enter_sequence", "exit_sequence"]

Mode = Literal["app", "terminal", "off"]
Setting = Literal["auto", "app", "terminal", "off"]

# They reorder, and take no order to stop: Konsole, macOS Terminal, iTerm2, kitty and mlterm.
OWN_VARIABLES = ("KONSOLE_VERSION", "ITERM_SESSION_ID", "KITTY_WINDOW_ID", "MLTERM")
OWN_PROGRAMS = frozenset({"Apple_Terminal", "iTerm.app", "mlterm", "kitty"})
OWN_TERMS = ("xterm-kitty", "mlterm", "konsole")

# BDSM, ECMA-48 mode 8: reset is explicit (the program orders), set is implicit (the terminal does).
EXPLICIT = "\x1b[8l"
IMPLICIT = "\x1b[8h"


def choose_mode(setting: Setting, environ: Mapping[str, str]) -> Mode:
    """Choose by the person's setting; for "auto" by what the terminal says of itself.

    Inside tmux or screen the sequence of mode `app` does not reach the terminal. A VTE terminal
    around them would then reorder a second time; its VTE_VERSION often leaks in and tells.
    """
    if setting != "auto":
        return setting
    if _orders_itself(environ):
        return "terminal"
    if _is_multiplexed(environ) and environ.get("VTE_VERSION"):
        return "terminal"
    return "app"


def enter_sequence(mode: Mode) -> str:
    """Give what to send when the interface starts."""
    return EXPLICIT if mode == "app" else ""


def exit_sequence(mode: Mode) -> str:
    """Give what to send when the interface ends, also after a crash."""
    return IMPLICIT if mode == "app" else ""


def _orders_itself(environ: Mapping[str, str]) -> bool:
    """Tell whether the terminal reorders lines and cannot be told to stop."""
    return (
        any(environ.get(name) for name in OWN_VARIABLES)
        or environ.get("TERM_PROGRAM", "") in OWN_PROGRAMS
        or environ.get("LC_TERMINAL", "") == "iTerm2"  # iTerm sends this one over SSH
        or environ.get("TERM", "").startswith(OWN_TERMS)
    )


def _is_multiplexed(environ: Mapping[str, str]) -> bool:
    """Tell whether tmux or screen stands between."""
    term = environ.get("TERM", "")
    return bool(environ.get("TMUX") or environ.get("STY")) or term.startswith(("tmux", "screen"))
