"""Who reorders Arabic: the choice by terminal."""

import pytest

from tui.display.modes import choose_mode, enter_sequence, exit_sequence


@pytest.mark.parametrize(
    "environ",
    [
        {"KONSOLE_VERSION": "221203", "TERM": "xterm-256color"},
        {"TERM_PROGRAM": "Apple_Terminal"},
        {"TERM_PROGRAM": "iTerm.app"},
        {"LC_TERMINAL": "iTerm2", "TERM": "xterm-256color"},
        {"TERM": "xterm-kitty"},
        {"TERM": "mlterm"},
        {"TERM": "tmux-256color", "TMUX": "/run/tmux/default,1,0", "VTE_VERSION": "7006"},
        {"TERM": "screen", "STY": "1.pts", "VTE_VERSION": "7006"},
    ],
)
def test_a_terminal_that_orders_itself_is_left_to_it(environ: dict[str, str]) -> None:
    assert choose_mode("auto", environ) == "terminal"


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"TERM": "xterm-256color"},
        {"TERM": "xterm-256color", "VTE_VERSION": "7006"},
        {"TERM": "tmux-256color", "TMUX": "/run/tmux/default,1,0"},
        {"TERM": "alacritty"},
    ],
)
def test_elsewhere_dalil_does_it(environ: dict[str, str]) -> None:
    assert choose_mode("auto", environ) == "app"


def test_a_setting_wins_over_the_guess() -> None:
    assert choose_mode("app", {"TERM": "xterm-kitty"}) == "app"
    assert choose_mode("terminal", {}) == "terminal"
    assert choose_mode("off", {}) == "off"


def test_only_mode_app_switches_the_terminal_and_back() -> None:
    assert (enter_sequence("app"), exit_sequence("app")) == ("\x1b[8l", "\x1b[8h")
    assert enter_sequence("terminal") + exit_sequence("off") == ""
