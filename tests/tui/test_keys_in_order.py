"""Keys that arrive faster than the screen keeps up, as on a slow line."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from tests.tui.piloting import drive, until
from tui.safe_app import SafeApp


class _Question(Screen[None]):
    def compose(self) -> ComposeResult:
        yield Input(id="answer")

    def on_input_submitted(self) -> None:
        self.dismiss()


class _Form(SafeApp):
    BINDINGS: ClassVar[list[BindingType]] = [("f2", "ask", "")]

    def compose(self) -> ComposeResult:
        yield Input(id="one")
        yield Input(id="two")

    def action_ask(self) -> None:
        self.push_screen(_Question())


def _pressed(key: str) -> events.Key:
    return events.Key(_character_to_key(key), key) if len(key) == 1 else events.Key(key, None)


def _reads(app: _Form, **fields: str) -> bool:
    found = {str(field.id): field.value for field in app.screen.query(Input)}
    return found == fields


def _leads_to(*keys: str | events.Paste, **fields: str) -> None:
    """Send keys in one packet, and wait until the fields of the screen on top say this."""
    app = _Form("off")

    async def scenario(pilot: Pilot[None]) -> None:
        for key in keys:
            app.post_message(key if isinstance(key, events.Paste) else _pressed(key))
        await until(pilot, lambda: _reads(app, **fields))

    drive(app, scenario)


def test_what_is_typed_after_a_tab_stands_in_the_next_field() -> None:
    _leads_to(*"ab", "tab", *"cd", "shift+tab", "end", *"ef", one="abef", two="cd")


def test_a_paste_keeps_its_place_among_the_keys() -> None:
    _leads_to("a", "tab", events.Paste("pasted"), "x", one="a", two="pastedx")


def test_what_is_typed_after_a_screen_was_opened_stands_in_it() -> None:
    _leads_to("a", "f2", *"bc", answer="bc")


def test_what_is_typed_after_a_screen_was_left_stands_in_the_one_below() -> None:
    _leads_to("a", "f2", "b", "enter", "tab", *"cd", one="a", two="cd")
