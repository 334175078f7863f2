"""What a person chose about the interface, in `settings.yaml` of the configuration folder.

A wrong value never stops the program: the default holds, and `problems` says what is wrong.
The command line asks `home()` on its fast path, so nothing heavy is imported here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from store.errors import BadFormat, StoreError, Unwritable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LANGUAGES", "PANICS", "THEMES", "Settings", "home", "load", "save"]

LANGUAGES = ("auto", "en", "ar")
THEMES = ("dark", "light")
PANICS = ("lock", "destroy")
_FILE = "settings.yaml"
_CHOICES = {
    "language": LANGUAGES,
    "theme": THEMES,
    "bidi": ("auto", "app", "terminal", "off"),
    "panic": PANICS,
}
_DAY = 24 * 60


class Settings(NamedTuple):
    """The choices; `idle_minutes` 0 stands for never, `keys` maps command ids to lists of keys.

    `panic` says what the panic key leaves on this disk; `plugins` names the age plugins that may
    run on this machine. `sync_minutes` 0 stands for: only when a person says so.
    """

    language: str = "auto"
    theme: str = "dark"
    idle_minutes: int = 10
    bidi: str = "auto"
    keys: Mapping[str, str] = MappingProxyType({})
    panic: str = "lock"
    plugins: Sequence[str] = ()
    sync_minutes: int = 0
    problems: tuple[StoreError, ...] = ()


def home() -> Path:
    """Give the configuration folder: DALIL_HOME, or the platform's place for such things."""
    from pathlib import Path

    chosen = os.environ.get("DALIL_HOME")
    if chosen:
        return Path(chosen)
    from platformdirs import user_config_path

    return user_config_path("dalil")


def load(folder: Path) -> Settings:
    """Read the settings; defaults for what is missing or wrong."""
    try:
        raw = _read(folder)
    except StoreError as damage:
        return Settings(problems=(damage,))
    faults = {key: _fault(key, value) for key, value in raw.items()}
    good = {key: raw[key] for key, fault in faults.items() if fault is None}
    return Settings(**good, problems=tuple(fault for fault in faults.values() if fault))


def save(folder: Path, settings: Settings) -> None:
    """Write the settings; keys of the file that are not known here stay.

    Raises:
        BadFormat: the file that is there is damaged; it is left alone.
        Unwritable: the folder or the disk does not take it.
    """
    from store.atomic import write_file
    from store.model.codec import dump

    raw = _read(folder)
    for key, default in Settings()._asdict().items():
        value = getattr(settings, key)
        if key != "problems" and (key in raw or value != default):
            raw[key] = dict(value) if key == "keys" else list(value) if key == "plugins" else value
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as cause:
        raise Unwritable("cannot make the folder {path}", path=folder) from cause
    write_file(folder / _FILE, dump(raw))


def _read(folder: Path) -> dict[str, Any]:
    try:
        text = (folder / _FILE).read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as cause:
        raise BadFormat("{file} cannot be read", file=_FILE) from cause
    if not text.strip():
        return {}
    from store.model.codec import load as load_yaml

    try:
        return load_yaml(text)
    except StoreError as cause:
        raise BadFormat(
            "{file} is damaged, so the defaults hold",
            hint="correct it, or remove it: {path}",
            file=_FILE,
            path=folder / _FILE,
        ) from cause


def _fault(key: str, value: object) -> StoreError | None:
    """Say what is wrong with one entry of the file; None for nothing."""
    if key in _CHOICES:
        choices = ", ".join(_CHOICES[key])
        is_good = value in _CHOICES[key]
        return None if is_good else _wrong(key, "it is one of {choices}", choices=choices)
    if key in ("idle_minutes", "sync_minutes"):
        is_good = type(value) is int and 0 <= value <= _DAY
        return None if is_good else _wrong(key, "it is a number of minutes, 0 for never")
    if key == "keys":
        is_good = isinstance(value, dict) and all(isinstance(keys, str) for keys in value.values())
        return None if is_good else _wrong(key, "it maps commands to keys, such as search: f3")
    if key == "plugins":
        return None if _are_plugins(value) else _wrong(key, "it lists plugins, such as [yubikey]")
    return _wrong(key, "there is no such setting")


def _are_plugins(value: object) -> bool:
    from store.crypto.plugins import NAME

    return isinstance(value, list) and all(
        isinstance(name, str) and NAME.fullmatch(name) for name in value
    )


def _wrong(key: str, hint: str, **values: object) -> BadFormat:
    return BadFormat(
        "{file}: {key} is not understood, so the default holds",
        hint=hint,
        file=_FILE,
        key=key,
        **values,
    )
