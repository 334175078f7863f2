from __future__ import annotations

from pathlib import Path

import pytest

from store.errors import BadFormat
from tui.keymap import read_keymap
from tui.settings import Settings, home, load, save


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load(tmp_path / "nowhere") == Settings()


def test_what_was_saved_is_read_again(tmp_path: Path) -> None:
    chosen = Settings(language="ar", theme="light", idle_minutes=0, keys={"search": "f3"})
    chosen = chosen._replace(panic="destroy", plugins=["yubikey", "fido2-hmac"], sync_minutes=5)
    save(tmp_path / "new", chosen)
    assert load(tmp_path / "new") == chosen


@pytest.mark.parametrize(
    "text",
    [
        "language: fr",
        "theme: [dark]",
        "idle_minutes: -1",
        "idle_minutes: true",
        "sync_minutes: often",
        "bidi: sometimes",
        "keys: {search: 3}",
        "panic: maybe",
        "plugins: yubikey",
        "plugins: [../evil]",
        "colour: red",
    ],
)
def test_a_wrong_entry_is_named_and_the_others_hold(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.yaml").write_text(f"{text}\n{'' if 'theme' in text else 'theme: light'}")
    settings = load(tmp_path)
    assert len(settings.problems) == 1
    assert text.partition(":")[0] in str(settings.problems[0])
    assert settings.theme == ("dark" if "theme" in text else "light")


def test_a_damaged_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("language: [")
    assert "damaged" in str(load(tmp_path).problems[0])
    with pytest.raises(BadFormat):
        save(tmp_path, Settings(theme="light"))
    assert (tmp_path / "settings.yaml").read_text() == "language: ["


def test_saving_keeps_entries_that_are_not_known_here(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("colour: red\n")
    save(tmp_path, Settings(theme="light"))
    assert (tmp_path / "settings.yaml").read_text() == "colour: red\ntheme: light\n"


def test_dalil_home_overrides_the_configuration_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DALIL_HOME", str(tmp_path))
    assert home() == tmp_path
    monkeypatch.delenv("DALIL_HOME")
    assert home().name == "dalil"


def test_keys_can_be_moved_and_signs_be_written_as_signs() -> None:
    keymap, problems = read_keymap({"search": "&, f12", "help": "f11"})
    assert (keymap["search"], keymap["help"]) == ("ampersand,f12", "f11")
    assert problems == []


def test_two_commands_may_change_their_keys_about() -> None:
    _, problems = read_keymap({"edit": "f11", "new": "e"})
    assert problems == []


@pytest.mark.parametrize(
    ("chosen", "word"),
    [
        ({"serach": "f3"}, "serach"),
        ({"search": "hyper+q"}, "hyper+q"),
        ({"search": ""}, "no key"),
        ({"search": "e"}, "edit"),
        ({"edit": "ctrl+l"}, "lock"),
    ],
)
def test_a_choice_that_cannot_be_is_named_and_the_default_holds(
    chosen: dict[str, str], word: str
) -> None:
    keymap, problems = read_keymap(chosen)
    assert keymap == {}
    assert len(problems) == 1
    assert word in str(problems[0])
