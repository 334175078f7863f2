"""Ask the person at the terminal what a key outside this program wants of them."""

from __future__ import annotations

import sys
from pathlib import Path

from store.crypto.plugins import Plugins
from tui import i18n, settings
from tui.cli.output import note, speak
from tui.display.scrub import scrub

__all__ = ["YES", "TerminalTalk", "plugins_here"]

YES = ("y", "yes", "ن", "نعم")


def plugins_here(home: str) -> Plugins:
    """Give the age plugins that this machine's own settings allow."""
    return Plugins(frozenset(settings.load(Path(home)).plugins), TerminalTalk())


class TerminalTalk:
    """Messages on the error output, answers from the terminal; without one there are none."""

    def touch(self) -> None:
        """Say that a key waits to be touched."""
        speak()
        note(i18n.t("talk.touch"))

    def tell(self, text: str) -> None:
        """Show a message."""
        note(text)

    def ask(self, text: str, *, is_secret: bool) -> str | None:
        """Ask for a line; a secret one is not shown."""
        if not sys.stdin.isatty():
            return None
        if is_secret:
            from getpass import getpass

            return getpass(f"{scrub(text)}: ")
        return self._line(f"{text}: ")

    def choose(self, text: str, yes: str, no: str) -> bool | None:
        """Ask for one of two answers."""
        if not sys.stdin.isatty():
            return None
        note(text)
        return self._line(f"{yes}? [y = {yes}, n = {no or '-'}] ").strip().lower() in YES

    @staticmethod
    def _line(question: str) -> str:
        sys.stderr.write(scrub(question))
        sys.stderr.flush()
        return sys.stdin.readline().rstrip("\n")
