from __future__ import annotations

import subprocess
import sys

from textual.color import Color

from tui.commands import APP, COMMANDS, bindings_for, commands_for
from tui.keyboard import is_key, key_name
from tui.strength import strength
from tui.themes import DARK, LIGHT

SCREENS = sorted({screen for command in COMMANDS for screen in command.screens} - {APP})


def test_ids_are_unique() -> None:
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)


def test_no_key_means_two_things_on_one_screen() -> None:
    for screen in SCREENS:
        keys = [key for command in commands_for(screen) for key in command.key.split(",")]
        assert len(set(keys)) == len(keys), screen


def test_every_key_is_one_that_a_person_could_write_in_the_settings() -> None:
    assert all(is_key(key) for command in COMMANDS for key in command.key.split(","))


def test_a_screen_binds_its_own_commands_and_those_of_all_screens() -> None:
    ids = {binding.id for binding in bindings_for("browse")}
    assert {"search", "back", "help"} <= ids
    assert "save" not in ids


def test_urgent_commands_are_the_applications_and_win_over_everything() -> None:
    assert {"lock", "quit", "palette"} <= {binding.id for binding in bindings_for(APP)}
    assert all(binding.priority for binding in bindings_for(APP))


def test_a_dialogue_has_no_letters_of_the_screen_behind_it() -> None:
    assert [binding.id for binding in bindings_for("confirm", is_dialogue=True)] == ["back"]


def test_keys_are_written_as_people_write_them() -> None:
    keys = ("ctrl+p", "slash", "f12", "f", "escape", "shift+tab", "H")
    assert [key_name(key) for key in keys] == ["^p", "/", "F12", "f", "esc", "shift+tab", "H"]


def test_the_key_table_is_printed_for_the_readme() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tui.commands"], capture_output=True, text=True, check=True
    )
    rows = run.stdout.splitlines()
    assert len(set(rows)) == len(rows) == len(COMMANDS) + 2 - 4  # four have a twin elsewhere
    assert sum("`H`" in row for row in rows) == sum("`v`" in row for row in rows) == 1
    assert "| `/` `F3` | search |" in run.stdout


def test_passphrases_are_judged_with_care() -> None:
    weak = ("", "aaaaaaaaaaaaaaaaaaaaaaaa", "abcdefghijklmnop", "Passw0rd!", "two words")
    assert {strength(passphrase) for passphrase in weak} == {"weak"}
    assert strength("lamp river seven onion") == "fair"
    assert strength("lamp river seven onion cloud moss") == "good"
    assert strength("فانوس نهر سبعة بصل غيمة طحلب") == "good"


def test_text_stands_out_from_what_it_stands_on_in_both_themes() -> None:
    for theme in (DARK, LIGHT):
        grounds = (theme.background, theme.surface, theme.panel)
        inks = (theme.foreground, theme.accent, theme.error, theme.warning, theme.success)
        for ink in inks:
            for ground in grounds:
                light, dark = sorted((_luminance(ink), _luminance(ground)), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (theme.name, ink, ground)


def _luminance(colour: str | None) -> float:
    """Give the relative luminance of WCAG 2."""
    assert colour is not None
    parts = [channel / 255 for channel in Color.parse(colour).rgb]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
