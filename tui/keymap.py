"""Other keys for commands, as the settings say: checked, or the defaults hold."""

from __future__ import annotations

from collections.abc import Mapping

from store.errors import BadFormat, StoreError
from tui.commands import APP, COMMANDS, Command, command
from tui.keyboard import is_key, long_name, with_arabic_letters

__all__ = ["read_keymap"]


def read_keymap(chosen: Mapping[str, str]) -> tuple[dict[str, str], list[StoreError]]:
    """Give the keymap for `App.set_keymap`, and what is wrong with the choices.

    An entry with a fault is left out; when two commands of one screen would share a key, the one
    that was moved there is left out.
    """
    keymap: dict[str, str] = {}
    problems: list[StoreError] = []
    for command_id, keys in chosen.items():
        fault = _fault(command_id, keys, keymap)
        if fault is None:
            keymap[command_id] = ",".join(_split(keys))
        else:
            problems.append(fault)
    return {key: with_arabic_letters(value) for key, value in keymap.items()}, problems


def _fault(command_id: str, keys: str, keymap: Mapping[str, str]) -> StoreError | None:
    entry = command(command_id)
    if entry is None:
        return BadFormat(
            "settings.yaml: there is no command {command}",
            hint="python -m tui.commands lists them",
            command=command_id,
        )
    wrong = [key for key in _split(keys) if not is_key(key)]
    if wrong or not _split(keys):
        return BadFormat(
            "settings.yaml: {key} is no key, for the command {command}",
            hint="write a letter, f1 to f12, or ctrl+letter; a comma stands between two",
            key=wrong[0] if wrong else '""',
            command=command_id,
        )
    other = _holder(entry, set(_split(keys)), keymap)
    if other is not None:
        return BadFormat(
            "settings.yaml: {command} cannot have a key of {other}",
            hint="choose another key, or move {other} first",
            command=command_id,
            other=other.id,
        )
    return None


def _split(keys: str) -> list[str]:
    return [long_name(key.strip()) for key in keys.split(",") if key.strip()]


def _holder(entry: Command, keys: set[str], keymap: Mapping[str, str]) -> Command | None:
    """Find another command of the same screens that has one of the keys."""
    for other in COMMANDS:
        if other.id == entry.id or not _meet(entry, other):
            continue
        if keys & set(keymap.get(other.id, other.key).split(",")):
            return other
    return None


def _meet(one: Command, other: Command) -> bool:
    everywhere = APP in one.screens or APP in other.screens
    return everywhere or not set(one.screens).isdisjoint(other.screens)
