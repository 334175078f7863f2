"""Keys as a person knows them: how they are written, and what an Arabic layout sends for them."""

from __future__ import annotations

__all__ = ["ARABIC_LETTERS", "is_key", "key_name", "long_name", "with_arabic_letters"]

ARABIC_LETTERS = {
    "a": "ش", "c": "ؤ", "d": "ي", "e": "ث", "f": "ب", "g": "ل", "h": "ا", "i": "ه", "j": "ت",
    "k": "ن", "l": "م", "m": "ة", "n": "ى", "o": "خ", "p": "ح", "q": "ض", "r": "ق", "s": "س",
    "t": "ف", "u": "ع", "v": "ر", "w": "ص", "x": "ء", "y": "غ", "z": "ئ", "H": "أ",
    "slash": "ظ", "question_mark": "؟",
}  # fmt: skip
"""What the key of a Latin letter types on the Arabic (101) layout, where that is one letter."""

_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "enter": "⏎",
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


def with_arabic_letters(keys: str) -> str:
    """Add to a list of keys what an Arabic keyboard sends for the same ones.

    Example:
        >>> with_arabic_letters("e,f2")
        'e,f2,ث'
    """
    latin = keys.split(",")
    return ",".join([*latin, *(ARABIC_LETTERS[key] for key in latin if key in ARABIC_LETTERS)])


def key_name(key: str) -> str:
    """Write a key as the footer and the help screen show it.

    Example:
        >>> key_name("ctrl+p"), key_name("question_mark"), key_name("f1")
        ('^p', '?', 'F1')
    """
    *modifiers, last = key.split("+")
    name = _NAMES.get(last, last)
    if last[0] == "f" and last[1:].isdigit():
        name = last.upper()
    return "".join("^" if m == "ctrl" else f"{m}+" for m in modifiers) + name


def is_key(key: str) -> bool:
    """Say whether this names a key that a terminal can send: a letter, f3, ctrl+x, shift+tab."""
    from textual.keys import Keys, key_to_character

    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    if not {*modifiers} <= {"ctrl", "shift", "alt"}:
        return False
    known = {*_NAMES, *(str(entry.value) for entry in Keys)}
    return last in known or key_to_character(last) is not None


def long_name(key: str) -> str:
    """Give Textual's name of a key that a person may write as its sign.

    Example:
        >>> long_name("/"), long_name("e")
        ('slash', 'e')
    """
    from textual.keys import _character_to_key

    return _character_to_key(key) if len(key) == 1 else key
