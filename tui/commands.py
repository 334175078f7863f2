"""The one table of commands: bindings, footer, palette, `?` help and the README's key table.

A command means the same on every screen that has it. Screens are named by their `NAME`; a command
of the screen "app" works on all of them. `python -m tui.commands` prints the README's table.
"""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding

from tui.keyboard import key_name, with_arabic_letters

__all__ = ["APP", "COMMANDS", "Command", "bindings_for", "command", "commands_for", "key_table"]

APP = "app"
"""The screen name that stands for all of them."""


class Command(NamedTuple):
    """One thing a person can do.

    `key` is a comma-separated list: the first is shown, an F-key serves where letters are typed.
    `action` is Textual's: `search` calls `action_search` of the screen, `app.lock` of the app.
    `is_urgent` commands win over the focused widget and reach through dialogues.
    """

    id: str
    key: str
    action: str
    screens: tuple[str, ...] = (APP,)
    in_footer: bool = False
    is_urgent: bool = False

    @property
    def label(self) -> str:
        """The locale key of one or two words for the footer."""
        return f"commands.{self.id}.label"

    @property
    def help(self) -> str:
        """The locale key of one sentence for the palette and the help screen."""
        return f"commands.{self.id}.help"


_LISTS = ("door", "browse", "history", "verify", "members", "exposure", "drafts", "sync")
_WHERE_TRUST_COUNTS = ("browse", "case", "history", "members", "sync")

# In the order of the footer, which has room for about eight.
COMMANDS: tuple[Command, ...] = (
    Command("open", "enter", "open", _LISTS, in_footer=True),
    Command(
        "save",
        "ctrl+s,f12",
        "save",
        ("form", "save", "conflicts", "conflict_value", "resolve"),
        in_footer=True,
    ),
    Command("take", "1", "take(1)", ("conflicts",), in_footer=True),
    Command("take_base", "b", "take_base", ("conflicts",), in_footer=True),
    Command("own_value", "e,f2", "own_value", ("conflicts",), in_footer=True),
    Command("take_away", "d,delete", "take_away", ("conflicts",), in_footer=True),
    Command("whole_texts", "w", "whole_texts", ("conflicts",), in_footer=True),
    Command("undo", "ctrl+z", "undo", ("form", "conflicts"), in_footer=True),
    Command("redo", "ctrl+y", "redo", ("form",)),
    Command("add_item", "ctrl+n,f4", "add_item", ("form",), in_footer=True),
    Command("remove_item", "ctrl+r,f8", "remove_item", ("form",)),
    Command("move_up", "alt+up", "move_up", ("form",)),
    Command("move_down", "alt+down", "move_down", ("form",)),
    Command("edit", "e,f2", "edit", ("browse", "case"), in_footer=True),
    Command("conflicts", "C", "conflicts", ("browse", "case", "sync"), in_footer=True),
    Command("new", "n,f4", "new", ("browse",), in_footer=True),
    Command("restore", "r", "restore", ("history", "version"), in_footer=True),
    Command("mark", "space", "mark", ("history",), in_footer=True),
    Command("compare", "c", "compare", ("history",), in_footer=True),
    Command("sync_now", "y", "sync", ("sync",), in_footer=True),
    Command("look_first", "l", "look", ("sync",), in_footer=True),
    Command("stop_sync", "x", "stop", ("sync",), in_footer=True),
    Command("history", "h,f5", "history", ("browse", "case", "sync"), in_footer=True),
    Command(
        "repository_history", "H,f6", "app.show('history')", ("browse", "case", "verify", "members")
    ),
    Command("whole_history", "H,f6", "whole_history", ("history",)),
    Command("verify", "v,f7", "app.show('verify')", _WHERE_TRUST_COUNTS, in_footer=True),
    Command("sync", "y", "app.show('sync')", ("browse", "case", "history"), in_footer=True),
    Command("verify_again", "v,f7", "verify", ("verify",), in_footer=True),
    Command("search", "slash,f3", "search", ("browse", "history"), in_footer=True),
    Command("filters", "f,f8", "filters", ("browse",), in_footer=True),
    Command("clear_filters", "x", "clear_filters", ("browse", "filters")),
    Command("sort", "o,f9", "sort", ("browse",)),
    Command("reverse", "O", "reverse", ("browse",)),
    Command("preview", "p", "preview", ("browse",)),
    Command("members", "m", "app.show('members')", ("browse", "verify")),
    Command("drafts", "D", "app.show('drafts')", ("browse",)),
    Command("discard_draft", "d,delete", "discard", ("drafts",), in_footer=True),
    Command("who_reads", "w", "who_reads", ("case",)),
    Command("seal", "s", "seal", ("case",)),
    Command("unseal", "u", "unseal", ("case",)),
    Command("move_case", "M", "move_case", ("case",)),
    Command("add_member", "a,f4", "add", ("members",), in_footer=True),
    Command("exposure", "x", "exposure", ("members",), in_footer=True),
    Command("set_role", "r", "role", ("members",)),
    Command("access", "c", "access", ("members",)),
    Command("new_keys", "k", "new_keys", ("members",)),
    Command("remove_member", "d,delete", "remove", ("members",)),
    Command("new_compartment", "n", "new_compartment", ("members",)),
    Command("new_epoch", "e", "new_epoch", ("members",)),
    Command("threshold", "t", "threshold", ("members",)),
    Command("proposal", "p", "proposal", ("members",), in_footer=True),
    Command("ticket", "t,f9", "ticket", ("verify",), in_footer=True),
    Command("report", "w,f4", "report", ("verify",), in_footer=True),
    Command("next_facet", "tab", "next_facet", ("filters",)),
    Command("previous_facet", "shift+tab", "previous_facet", ("filters",)),
    Command("next_section", "ctrl+pagedown", "next_section", ("case", "form", "version")),
    Command("previous_section", "ctrl+pageup", "previous_section", ("case", "form", "version")),
    Command("next_item", "j", "next_item", ("case", "version")),
    Command("previous_item", "k", "previous_item", ("case", "version")),
    Command("retry", "r", "retry", ("door", "browse"), in_footer=True),
    Command("back", "escape", "back", in_footer=True),
    Command("lock", "ctrl+l", "app.lock", in_footer=True, is_urgent=True),
    Command("panic", "ctrl+g", "app.panic", is_urgent=True),
    Command("palette", "ctrl+p", "app.command_palette", in_footer=True, is_urgent=True),
    Command("help", "question_mark,f1", "app.help", in_footer=True),
    Command("theme", "T", "app.toggle_theme"),
    Command("language", "L", "app.toggle_language"),
    Command("quit", "ctrl+q,f10", "app.quit", in_footer=True, is_urgent=True),
    Command("quit_letter", "q", "app.quit"),
)

_BY_ID = {entry.id: entry for entry in COMMANDS}


def command(command_id: str) -> Command | None:
    """Find a command by its id."""
    return _BY_ID.get(command_id)


def commands_for(screen: str) -> tuple[Command, ...]:
    """Give what can be done on a screen, the commands of all screens included."""
    return tuple(entry for entry in COMMANDS if screen in entry.screens or APP in entry.screens)


def bindings_for(screen: str, *, is_dialogue: bool = False) -> list[Binding]:
    """Give the Textual bindings of one screen; for `APP`, the urgent ones of the app itself.

    Their ids are the commands' ids, so that `App.set_keymap` moves them to other keys.
    """
    if screen == APP:
        entries = [entry for entry in COMMANDS if entry.is_urgent]
    elif is_dialogue:
        entries = [entry for entry in COMMANDS if screen in entry.screens or entry.id == "back"]
    else:
        entries = [entry for entry in commands_for(screen) if not entry.is_urgent]
    return [
        Binding(
            with_arabic_letters(entry.key),
            entry.action,
            id=entry.id,
            show=False,
            priority=entry.is_urgent,
        )
        for entry in entries
    ]


def key_table() -> str:
    """Write the README's table of keys, in Markdown."""
    from tui.i18n import t

    # A screen may have a command of its own for what a key means elsewhere: that is one row.
    said: dict[tuple[str, str], tuple[list[str], str]] = {}
    for entry in COMMANDS:
        word, same = t(entry.label), _SAME.get(entry.id, entry.id)
        keys, _ = said.setdefault((word, same), ([], t(entry.help)))
        keys += [key for key in map(key_name, entry.key.split(",")) if key not in keys]
    rows = ["| Key | | What it does |", "|---|---|---|"]
    for (word, _), (keys, explanation) in said.items():
        rows.append(f"| {' '.join(f'`{key}`' for key in keys)} | {word} | {explanation} |")
    return "\n".join(rows)


_SAME = {
    "whole_history": "repository_history",
    "verify_again": "verify",
    "sync_now": "sync",
    "quit_letter": "quit",
}


if __name__ == "__main__":
    print(key_table())  # noqa: T201 - this is its purpose
