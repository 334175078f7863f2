"""Make an identity for a person who has none, and show what an admin needs of it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from store.crypto.identity import MemberIdentity, PublicKeys, create, unlock
from store.errors import StoreError
from tui.i18n import error, t
from tui.screens.base import DalilScreen
from tui.strength import strength
from tui.widgets.passphrase import PassphraseInput
from tui.widgets.tick_box import TickBox
from tui.work import Job, in_thread

__all__ = ["IdentityNewScreen"]


class IdentityNewScreen(DalilScreen[MemberIdentity]):
    """Two steps: a passphrase typed twice or left out by choice, then the public keys."""

    NAME = "identity"

    def __init__(self) -> None:
        super().__init__()
        self._member: MemberIdentity | None = None

    def body(self) -> ComposeResult:
        """Show the first step; the second is hidden until there are keys."""
        with VerticalScroll(classes="box", id="choose"):
            yield Label(t("identity.title"), classes="title", markup=False)
            yield Static(t("identity.explain"), markup=False)
            yield Label(t("identity.first"), markup=False)
            yield PassphraseInput(id="first")
            yield Static(id="strength", classes="dim", markup=False)
            yield Label(t("identity.second"), markup=False)
            yield PassphraseInput(id="second")
            yield TickBox(t("identity.none"), id="none")
            yield Static(id="answer", classes="fault", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(Content(t("identity.make")), compact=True, id="make")
        with Vertical(classes="box", id="keys"):
            yield Label(t("identity.made"), classes="title", markup=False)
            yield Static(t("identity.send"), markup=False)
            yield Static(id="age_line", classes="key", markup=False)
            yield Static(id="sign_line", classes="key", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(Content(t("identity.go")), compact=True, id="go")

    def on_mount(self) -> None:
        """Begin with the first field."""
        self.query_one("#keys").display = False
        self.query_one("#first").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Know no way round having keys."""
        return False if action == "back" else super().check_action(action, parameters)

    def retranslate(self) -> None:
        """Keep the keys on the screen once they are made."""
        if self._member is None:
            super().retranslate()

    @on(Input.Changed, "#first")
    def show_strength(self, event: Input.Changed) -> None:
        """Say at once how hard the passphrase is to guess."""
        said = t(f"identity.strength.{strength(event.value)}") if event.value else ""
        self.query_one("#strength", Static).update(Content(said))

    @on(TickBox.Changed, "#none")
    def choose_no_passphrase(self, event: TickBox.Changed) -> None:
        """Lock the fields when there shall be none, and say what that means."""
        for field in self.query(PassphraseInput):
            field.disabled = event.value
        self._answer(t("identity.none_means") if event.value else "")

    @on(Input.Submitted, "#first")
    def go_on(self) -> None:
        """Ask for it a second time."""
        self.query_one("#second").focus()

    @on(Input.Submitted, "#second")
    @on(Button.Pressed, "#make")
    def make(self) -> None:
        """Make the keys, if the two passphrases are one."""
        if self.query_one(TickBox).value:
            self._begin(None)
            return
        first, second = (field.take() for field in self.query(PassphraseInput))
        if first and first == second:
            self._begin(first)
            return
        self._answer(t("identity.differ") if first or second else t("identity.empty"))
        self.query_one("#first").focus()

    @in_thread("identity")
    def create(self, job: Job, passphrase: str | None) -> None:
        """Write the keys, and open them again as any later start will."""
        public = create(self.app.home, passphrase=passphrase, comment="dalil")
        job.post(self._show_keys, public, unlock(self.app.home, passphrase))

    def work_failed(self, fault: StoreError) -> None:
        """Say what is wrong, and stay."""
        self.query_one("#make").disabled = False
        self._answer("✗ " + " — ".join(filter(None, error(fault))))

    @on(Button.Pressed, "#go")
    def enter(self) -> None:
        """Go on to the repository."""
        if self._member is not None:
            self.dismiss(self._member)

    def _begin(self, passphrase: str | None) -> None:
        self.query_one("#make").disabled = True
        self._answer(t("identity.making"))
        self.create(passphrase)

    def _show_keys(self, public: PublicKeys, member: MemberIdentity) -> None:
        self._member = member
        self.query_one("#age_line", Static).update(Content(public.age))
        self.query_one("#sign_line", Static).update(Content(public.sign))
        self.query_one("#choose").display = False
        self.query_one("#keys").display = True
        self.query_one("#go").focus()

    def _answer(self, text: str) -> None:
        self.query_one("#answer", Static).update(Content(text))
