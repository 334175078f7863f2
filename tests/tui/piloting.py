"""How tests drive the interface: run a scenario, and wait for what it should lead to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from tui.app import DalilApp

Scenario = Callable[[Pilot[None]], Awaitable[None]]
AnyScreen = TypeVar("AnyScreen", bound=Screen[object])

_PATIENCE = 20.0  # seconds


def drive(app: App[None], scenario: Scenario, size: tuple[int, int] = (80, 24)) -> None:
    """Run the interface without a terminal, and a scenario in it."""

    async def run() -> None:
        async with app.run_test(size=size, notifications=True) as pilot:
            await scenario(pilot)

    asyncio.run(run())


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Wait for slow work of the interface."""
    end = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        assert pilot.app._exception is None
        await pilot.pause(0.02)


async def until_screen(pilot: Pilot[None], name: str) -> None:
    """Wait for a screen, by its NAME."""
    await until(pilot, lambda: getattr(pilot.app.screen, "NAME", "") == name)
    await pilot.pause()


def shown_text(app: DalilApp) -> str:
    """Give what is on the screen, cell by cell."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)
