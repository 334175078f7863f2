"""A case being edited: the section or item at hand as a form, saved with a reason."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual._path import CSSPathType
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import OptionList, Static

from store.model.dates import parse
from store.model.fields import load_model
from store.model.parts import SEALED
from tui.display.case_head import form_head
from tui.display.changes import path_text
from tui.display.values import View, item_title
from tui.editing import Editing
from tui.i18n import t
from tui.screens.case import case_titles, section_tabs
from tui.screens.meanwhile import WatchedDocument
from tui.spot import Spot
from tui.widgets.fields.base import TypedLine
from tui.widgets.fields.items import ItemsEditor
from tui.widgets.fields.repeat import RepeatEditor
from tui.widgets.form import Form, FormRow
from tui.widgets.item_list import NEW, ItemList
from tui.widgets.section_bar import SectionBar
from tui.work import Job, in_thread

__all__ = ["FormScreen"]

_REST = 0.15  # seconds without a key, after which what depends on the whole case is shown anew


class FormScreen(WatchedDocument):
    """Edits a copy of a case; nothing is written before it is saved."""

    NAME = "form"
    CSS_PATH: ClassVar[CSSPathType | None] = ["case.tcss", "fields.tcss"]

    def __init__(self, editing: Editing, *, start: str = "overview", is_new: bool = False) -> None:
        super().__init__(editing, is_new=is_new)
        self.view = View(editing.case.data, {})
        self.spot = Spot.at(start).settled(editing.case)
        self._timer: Timer | None = None

    def body(self) -> ComposeResult:
        """Give the head, the sections, the items of the list at hand, and room for the form."""
        yield Static(id="head", markup=False)
        yield SectionBar(section_tabs(self.editing.case))
        with Vertical(id="page"):
            yield Static(id="trail", markup=False)
            yield ItemList()
            yield Static(t("case.first_item"), id="empty", markup=False)
            if self.has_form:
                yield self._new_form()
            yield Static(id="explain", markup=False)

    def on_mount(self) -> None:
        """Show the form, then load what takes longer."""
        self.show_state()
        self.focus_form()
        if self.is_new and not self.editing.is_changed:
            self._select_suggestion()
        self.call_after_refresh(self.prepare)
        if self.is_asking:
            self.call_after_refresh(self.action_save)

    def _select_suggestion(self) -> None:
        """Let typing replace the text that was only suggested."""
        for line in self.query(TypedLine).results():
            line.action_select_all()
            return

    def retranslate(self) -> None:
        """Make the form anew in the other language; what was typed stands in the document."""
        self.call_later(self._make_anew)

    async def _make_anew(self) -> None:
        await self.recompose()
        self.show_state()
        self.focus_form()

    @in_thread("titles")
    def prepare(self, job: Job) -> None:
        """Load what the first date would wait for, and what related cases are called."""
        parse("2000/2001")  # the first date that is read takes 100 ms of imports
        job.post(self.view.cases.update, case_titles(self.vault))  # type: ignore[attr-defined]

    # -- where one is ------------------------------------------------------------------------

    async def go(self, spot: Spot) -> None:
        """Stand at another spot: with the same form when its fields are the same."""
        self.editing.end_step()
        self.spot = spot.settled(self.editing.case)
        await self._show_form()
        self.show_state()

    async def _show_form(self) -> None:
        form = self.form
        if form is not None and form.fields is self.spot.holder.fields and form.view is self.view:
            form.display = self.has_form
            if self.has_form:
                form.turn_to(self.spot.base)
            return
        if form is not None:
            await form.remove()
        if self.has_form:
            await self.query_one("#page").mount(self._new_form(), before="#explain")

    def _new_form(self) -> Form:
        return Form(self.spot.holder.fields, self.spot.base, self.editing, self.view)

    @property
    def has_form(self) -> bool:
        """Is there anything to fill in here? Not in a list without items, nor in what is sealed."""
        return (not self.spot.is_list or bool(self.spot.item)) and not self.is_locked

    @property
    def is_locked(self) -> bool:
        """Is the item at hand sealed, and cannot be opened here?"""
        case, spot = self.editing.case, self.spot
        item = case.get(".".join(spot.base.split(".")[:2])) if spot.is_list else None
        return isinstance(item, dict) and case.is_locked(item)

    @property
    def form(self) -> Form | None:
        """The form, when there is something to fill in."""
        return next(iter(self.query(Form)), None)

    def focus_form(self, path: str = "") -> None:
        """Give the focus to the field of a path, or the first one, or the list when it is empty."""
        form = self.form
        if form is None or not form.display:
            self.query_one(ItemList).focus()
        elif not (path and form.focus_path(path)):
            form.focus_path(form.rows[0].path)

    def show_state(self) -> None:
        """Show what depends on the whole case: counts, titles, errors, the number of changes."""
        self._timer = None
        case, spot = self.editing.case, self.spot
        wrong = frozenset(problem.path.split(".")[0] for problem in self.editing.errors())
        place = [section.key for section in load_model().sections].index(spot.section)
        self.query_one(SectionBar).show(section_tabs(case, wrong), place)
        items = self.query_one(ItemList)
        items.display = spot.is_list
        if spot.is_list:
            items.show(spot.holder, spot.items(case), self.view)
            if spot.item and items.current not in (None, spot.item):
                items.point_at(spot.item)
        empty = self.query_one("#empty", Static)
        empty.display = not self.has_form
        empty.update(Content(self._locked_text() if self.is_locked else t("case.first_item")))
        trail = self.query_one("#trail", Static)
        trail.display = spot.outer is not None
        trail.update(Content(path_text(spot.path, self.view) if spot.outer else ""))
        count, note = len(self.editing.edits()), self.meanwhile
        head = form_head(case, count, is_new=self.is_new, note=note)
        self.query_one("#head", Static).update(head)
        self.refresh_bindings()

    def _locked_text(self) -> str:
        """Say what is sealed, where, and who can open it."""
        item = self.editing.get(self.spot.base)
        title = item_title(self.spot.holder, item, self.view)
        readers = self.vault.policy.readers(str(item[SEALED]))
        values = {"item": title, "compartment": item[SEALED]}
        return t("case.sealed.locked", **values, readers=t("header.comma").join(readers))

    # -- what happens in it ------------------------------------------------------------------

    @on(Form.Touched)
    def wait_a_moment(self) -> None:
        """Show the state of the whole case when the typing rests."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_REST, self.show_state)

    @on(Form.Entered)
    def explain(self, event: Form.Entered) -> None:
        """Say what belongs into the field, at a place that does not move."""
        if self.form is not None:
            self.query_one("#explain", Static).update(Content(self.form.help_text(event.row)))

    @on(SectionBar.Chosen)
    async def open_section(self, event: SectionBar.Chosen) -> None:
        """Go to another section."""
        await self.go(Spot.at(load_model().sections[event.place].key))

    @on(OptionList.OptionHighlighted)
    async def follow(self, event: OptionList.OptionHighlighted) -> None:
        """Show the item that the cursor has come to."""
        item = event.option.id
        if item not in (NEW, self.spot.item, None) and event.option_list.has_focus:
            await self.go(self.spot._replace(item=item))

    @on(OptionList.OptionSelected)
    async def enter_item(self, event: OptionList.OptionSelected) -> None:
        """Go into the form of an item, or add one."""
        if event.option.id == NEW:
            await self.action_add_item()
        else:
            await self.go(self.spot._replace(item=str(event.option.id)))
            self.focus_form()

    @on(ItemsEditor.Opened)
    async def go_into(self, event: ItemsEditor.Opened) -> None:
        """Go into an item inside this one, or a new one."""
        row = event.editor.parent
        if isinstance(row, FormRow):
            await self.go(Spot.at(f"{row.path}.{event.item_id}" if event.item_id else row.path))
            if event.item_id is None:
                await self.action_add_item()
            self.focus_form()

    # -- commands ----------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer for items only what there is an item for."""
        if action == "add_item":
            return self.spot.is_list
        if action == "remove_item":
            return bool(self.spot.item) and not self.is_locked
        return super().check_action(action, parameters)

    async def action_next_section(self) -> None:
        """Go to the next section."""
        await self._step(1)

    async def action_previous_section(self) -> None:
        """Go to the section before."""
        await self._step(-1)

    async def _step(self, by: int) -> None:
        keys = [section.key for section in load_model().sections]
        place = (keys.index(self.spot.section) + by) % len(keys)
        await self.go(Spot.at(keys[place]))
        self.focus_form()

    async def action_add_item(self) -> None:
        """Add an item to the list at hand and go into it."""
        item = self.editing.add(self.spot.path)
        await self.go(self.spot._replace(item=item))
        self.focus_form()

    def action_remove_item(self) -> None:
        """Take the item out; ask when something is written in it."""
        from tui.screens.confirm import ConfirmScreen

        item = self.editing.get(self.spot.base)
        if len(item) <= 1:
            self.call_later(self._remove, is_sure=True)
            return
        title = item_title(self.spot.holder, item, self.view)
        question = ConfirmScreen(
            t("case.remove.title"), t("case.remove.text", item=title), yes=t("case.remove.yes")
        )
        self.app.push_screen(question, self._remove)

    async def _remove(self, is_sure: bool | None) -> None:  # noqa: FBT001 - a dialogue's answer
        if is_sure:
            self.editing.remove(self.spot.base)
            await self.go(self.spot)
            self.query_one(ItemList).focus()

    def action_move_up(self) -> None:
        """Move the item, or the value that has the focus, up."""
        self._move(-1)

    def action_move_down(self) -> None:
        """Move the item, or the value that has the focus, down."""
        self._move(1)

    def _move(self, by: int) -> None:
        focused = self.focused
        repeat = (
            next((a for a in focused.ancestors if isinstance(a, RepeatEditor)), None)
            if focused
            else None
        )
        if repeat is not None:
            repeat.move_focused(by)
        elif self.spot.item:
            self.editing.move(self.spot.base, by)
            self.show_state()

    async def action_undo(self) -> None:
        """Take the last step back, wherever it was made."""
        await self._return_to(self.editing.undo(), "case.nothing_to_undo")

    async def action_redo(self) -> None:
        """Do once more what was undone last."""
        await self._return_to(self.editing.redo(), "case.nothing_to_redo")

    async def _return_to(self, path: str | None, otherwise: str) -> None:
        if path is None:
            self.app.notify(t(otherwise))
            return
        spot = Spot.at(path)
        if path == self.spot.path or spot.base == self.spot.base:
            await self.go(self.spot)
        else:
            await self.go(spot)
        self.focus_form(path)

    # -- leaving -----------------------------------------------------------------------------

    async def action_back(self) -> None:
        """Go back to the item outside; from the top, leave, and ask when something is unsaved."""
        outer = self.spot.outer
        if outer is None:
            self.leave()
            return
        inner = self.spot.path
        await self.go(outer)
        self.focus_form(inner)

    @property
    def section(self) -> str:
        """The section at hand."""
        return self.spot.section

    @property
    def place(self) -> str:
        """The item at hand, to come back to."""
        return self.spot.base

    async def go_on(self, path: str) -> None:
        """Go on editing, at the field that the dialogue of the save named, or where one was."""
        if self.view.data is not self.editing.case.data:  # it stands on a newer version now
            self.view = View(self.editing.case.data, self.view.cases)
        before = self.focused
        row = (
            next((a for a in before.ancestors if isinstance(a, FormRow)), None) if before else None
        )
        here = row.path if row else ""
        await self.go(Spot.at(path) if path else self.spot)
        if path or before is None or self.focused is not before:
            self.focus_form(path or here)
