from __future__ import annotations

import threading

from textual.pilot import Pilot

from store.errors import Cancelled, NotFound, StoreError
from tests.tui.piloting import drive, until, until_screen
from tui.app import DalilApp
from tui.screens.base import DalilScreen
from tui.work import Job, in_thread


class WorkScreen(DalilScreen[None]):
    NAME = "work"

    def __init__(self) -> None:
        super().__init__()
        self.results: list[object] = []
        self.gates = {"slow": threading.Event()}

    @in_thread("rows")
    def load(self, job: Job, name: str) -> None:
        if name in self.gates:
            self.gates[name].wait(10)
        job.post(self.results.append, name)

    @in_thread("count")
    def count(self, job: Job) -> None:
        report = job.progress(lambda done, total: self.results.append((done, total)))
        for done in range(1001):
            report(done, 1000)

    @in_thread("fault")
    def fail(self, job: Job, fault: Exception) -> None:  # noqa: ARG002 - it posts nothing
        raise fault

    def work_failed(self, fault: StoreError) -> None:
        self.results.append(fault)


async def _screen(pilot: Pilot[None]) -> WorkScreen:
    await until_screen(pilot, "browse")
    screen = WorkScreen()
    await pilot.app.push_screen(screen)
    return screen


def test_a_late_result_of_an_older_run_is_dropped(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _screen(pilot)
        screen.load("slow")
        await pilot.pause()
        screen.load("quick")
        await until(pilot, lambda: bool(screen.results))
        screen.gates["slow"].set()
        await pilot.pause(0.1)
        assert screen.results == ["quick"]

    drive(app, scenario)


def test_a_result_for_a_screen_that_is_gone_is_dropped(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _screen(pilot)
        screen.load("slow")
        await pilot.press("escape")
        await until_screen(pilot, "browse")
        screen.gates["slow"].set()
        await pilot.pause(0.1)
        assert screen.results == []

    drive(app, scenario)


def test_progress_reaches_the_screen_a_few_times_and_at_the_end(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _screen(pilot)
        screen.count()
        await until(pilot, lambda: (1000, 1000) in screen.results)
        assert len(screen.results) < 10

    drive(app, scenario)


def test_an_error_of_the_store_is_the_screens_and_a_cancellation_nobodys(app: DalilApp) -> None:
    fault = NotFound("nothing")

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await _screen(pilot)
        screen.fail(Cancelled())
        await pilot.pause(0.1)
        screen.fail(fault)
        await until(pilot, lambda: bool(screen.results))
        assert screen.results == [fault]

    drive(app, scenario)
