"""The application: language, theme, keys and the commands that work everywhere.

What a person works with is in `tui/screens/`.
"""

from __future__ import annotations

import os
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from textual.binding import Binding, BindingType
from textual.reactive import Initialize, Reactive, var
from textual.screen import Screen

from store.errors import StoreError
from tui import i18n, settings, themes
from tui.commands import APP, Command, bindings_for
from tui.display.modes import Setting, choose_mode
from tui.i18n import t
from tui.syncing import SyncingApp
from tui.widgets.header import Status
from tui.work import WRITING, Job, in_thread

if TYPE_CHECKING:
    from textual.theme import Theme

    from store.crypto.plugins import Plugins
    from store.vault import Vault

__all__ = ["DalilApp"]

_SCREENS = {
    "browse": "tui.screens.browse:BrowseScreen",
    "drafts": "tui.screens.drafts:DraftsScreen",
    "history": "tui.screens.history:HistoryScreen",
    "members": "tui.screens.members:MembersScreen",
    "sync": "tui.screens.sync:SyncScreen",
    "verify": "tui.screens.verify:VerifyScreen",
}
"""Screens that open without arguments; each is loaded when it is first opened."""


class DalilApp(SyncingApp):
    """Dalil's interface on one repository, for the person whose configuration is in `home`."""

    TITLE = "Dalil"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for(APP),
        Binding("ctrl+c", "help_quit", show=False, system=True),  # pressed from habit
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (100, "-wide")]  # noqa: RUF012 - as in Textual
    VERTICAL_BREAKPOINTS = [(0, "-short"), (10, "-tall")]  # noqa: RUF012 - the same

    # Its first value is the person's choice: a change after the start would parse all CSS again.
    theme: Reactive[str] = Reactive(
        Initialize(lambda app: themes.name_of(cast("DalilApp", app).settings.theme))
    )

    status: var[Status] = var(Status())
    """What the header says."""

    def __init__(self, vault_path: Path, home: Path, case: str | None = None) -> None:
        self.settings: settings.Settings = settings.load(home)
        mode = choose_mode(cast("Setting", self.settings.bidi), os.environ)
        super().__init__(mode, self.settings.idle_minutes)
        self.vault_path, self.home = vault_path, home
        self._first_case = case
        self.leaves_after_save = False
        """Whether a person chose to save and leave."""
        self.animation_level = "none"
        self._speak(i18n.choose(self.settings.language, os.environ))

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Know our own two themes only."""
        return {theme.name: theme for theme in (themes.DARK, themes.LIGHT)}

    def on_mount(self) -> None:
        """Say what is wrong in the settings, once the first screen stands."""
        self.call_after_refresh(self._apply_keys)

    def first_screen(self) -> Screen[Any]:
        """Make the list of cases."""
        return _load_screen("browse")

    def refresh_status(self) -> None:
        """Bring the header in step with the repository."""
        super().refresh_status()
        vault = self.vault
        if vault is None:
            self.status = Status(self.vault_path.resolve().name)
        elif self.status.handle is None:
            self.find_out_who(vault)
        else:
            self.status = self.status._replace(trust=vault.trust)

    @in_thread("who")
    def find_out_who(self, job: Job, vault: Vault) -> None:
        """Read the policy, and find the case that was named on the command line."""
        job.post(self._show_who, vault, Status(vault.name, vault.handle or "", vault.trust))
        wanted, self._first_case = self._first_case, None
        if wanted:
            job.post(self._show_case, vault.find(wanted))

    @in_thread(WRITING)
    def settle(self, job: Job) -> None:  # noqa: ARG002 - nobody waits for it
        """Bring pin and work tree in step after a save, which the save itself did not wait for."""
        self.open_vault.settle()

    def _show_who(self, vault: Vault, status: Status) -> None:
        if vault is self.vault:
            self.status = status

    def _show_case(self, case_id: str) -> None:
        from tui.screens.case import CaseScreen

        self.push_screen(CaseScreen(case_id, is_editing=True))

    def plugins(self) -> Plugins:
        """Say which age plugins may run here, and who answers what they ask."""
        from tui.talk import plugins_of

        return plugins_of(self)

    def report(self, fault: StoreError) -> None:
        """Show one toast that says what happened and what to do."""
        message, hint = i18n.error(fault)
        severity: Literal["warning", "error"] = "error" if fault.exit_code > 1 else "warning"
        self.notify(hint, title=message, severity=severity, timeout=10)

    def keys_of(self, entry: Command) -> list[str]:
        """Give the keys of a command as they are set now, the one to show first."""
        return self._keymap.get(entry.id, entry.key).split(",")

    def action_show(self, name: str) -> None:
        """Open one of the screens that need no arguments."""
        self.push_screen(_load_screen(name))

    def action_command_palette(self) -> None:
        """Find a command by its name."""
        from tui.palette import Palette  # late: the first paint needs no palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def action_help(self) -> None:
        """Explain what can be done on this screen."""
        from tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.screen))

    def action_help_quit(self) -> None:
        """Answer ctrl+c, which ends other programs."""
        self.notify(t("quit.hint"))

    async def action_quit(self) -> None:
        """Leave; ask first when something is unsaved."""
        from tui.screens.base import DalilScreen

        screens = [screen for screen in self.screen_stack if isinstance(screen, DalilScreen)]
        unsaved = [screen for screen in screens if screen.unsaved() is not None]
        if not unsaved:
            self.leave()
            return
        from tui.screens.leave import LeaveScreen

        if self.screen.id == LeaveScreen.QUITTING:
            return  # it asks already
        form = next((s for s in (screens[-1], unsaved[-1]) if hasattr(s, "action_save")), None)
        question = LeaveScreen(0, is_quitting=True, can_save=form is not None)
        self.push_screen(question, partial(self._leave, form))

    def _leave(self, form: Screen[Any] | None, answer: str | None) -> None:
        """Leave, save first, or stay."""
        if answer == "discard" or (answer == "keep" and self.put_aside(*self.typing())):
            for screen in self.typing():
                self.end_draft(screen)
            self.leave()
        elif answer == "save" and form is not None:
            self.leaves_after_save = True
            self.call_later(form.run_action, "save")

    def action_toggle_theme(self) -> None:
        """Change between dark and light, and remember it."""
        chosen = "light" if self.settings.theme == "dark" else "dark"
        self.theme = themes.name_of(chosen)
        self._remember(self.settings._replace(theme=chosen))

    def action_toggle_language(self) -> None:
        """Change between English and Arabic, and remember it."""
        from tui.screens.base import DalilScreen

        chosen: i18n.Language = "en" if i18n.language() == "ar" else "ar"
        self._speak(chosen)
        for screen in self.screen_stack:
            if isinstance(screen, DalilScreen):
                screen.retranslate()
        self._remember(self.settings._replace(language=chosen))

    def _speak(self, chosen: i18n.Language) -> None:
        i18n.use(chosen)
        self.mirror(is_mirrored=chosen == "ar")
        self.set_class(chosen == "ar", "-rtl")

    def _remember(self, chosen: settings.Settings) -> None:
        self.settings = chosen
        try:
            settings.save(self.home, chosen)
        except StoreError as fault:
            self.report(fault)

    def _apply_keys(self) -> None:
        problems = [*self.settings.problems]
        if self.settings.keys:
            from tui.keymap import read_keymap

            keymap, faults = read_keymap(self.settings.keys)
            problems += faults
            self.set_keymap(keymap)
        for fault in problems:
            self.report(fault)


def _load_screen(name: str) -> Screen[Any]:
    module, _, screen = _SCREENS[name].partition(":")
    made: Screen[Any] = getattr(import_module(module), screen)()
    return made
