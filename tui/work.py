"""Slow work off the UI thread: one decorator, and the guard that keeps late results out.

A method decorated with `@in_thread("rows")` runs in a thread, with a `Job` as its first argument.
It never touches a widget: what is for the screen goes through `job.post`, which drops it when the
screen is gone or a newer run has started. A `StoreError` ends at `work_failed` of the node;
anything else is a programming error and ends the program with type and place.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial, wraps
from inspect import iscoroutine
from time import monotonic
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from textual.worker import Worker, get_current_worker

from store.errors import Cancelled, StoreError

if TYPE_CHECKING:
    from textual.dom import DOMNode

    from tui.app import DalilApp

__all__ = ["WRITING", "Job", "in_thread"]

WRITING = "writing"
"""The group of work that changes the repository: a lock waits for it, nothing cancels it."""

_PROGRESS_INTERVAL = 0.2  # seconds: a slow line should not be full of progress bars

Arguments = ParamSpec("Arguments")
Node = TypeVar("Node", bound="DOMNode")


class Job:
    """One run of a piece of slow work, as seen from its thread."""

    def __init__(self, node: DOMNode, worker: Worker[None]) -> None:
        self._node = node
        self._worker = worker

    @property
    def is_writing(self) -> bool:
        """Whether this run changes the repository."""
        return self._worker.group == WRITING

    def is_cancelled(self) -> bool:
        """Say whether nobody waits for the result any more."""
        return self._worker.is_cancelled

    def post(self, callback: Callable[..., object], *values: object) -> None:
        """Call `callback(*values)` on the UI thread, unless nobody waits any more."""
        self._node.call_later(self._deliver, callback, values)

    def progress(self, callback: Callable[[int, int], object]) -> Callable[[int, int], None]:
        """Make a `progress(done, total)` that reaches the screen a few times a second at most."""
        last = 0.0

        def report(done: int, total: int) -> None:
            nonlocal last
            now = monotonic()
            if done >= total or now - last >= _PROGRESS_INTERVAL:
                last = now
                self.post(callback, done, total)

        return report

    async def _deliver(self, callback: Callable[..., Any], values: tuple[object, ...]) -> None:
        if self._worker.is_cancelled or not self._node.is_running:
            return
        result = callback(*values)
        if iscoroutine(result):  # other awaitables, such as `dismiss` gives, must not be waited for
            await result


def in_thread(
    group: str,
) -> Callable[
    [Callable[Concatenate[Node, Job, Arguments], None]],
    Callable[Concatenate[Node, Arguments], Worker[None]],
]:
    """Run a method of a screen, widget or app in a thread; a newer run replaces an older one.

    Example:
        @in_thread("rows")
        def load(self, job: Job) -> None:
            rows = self.vault.summaries(job.progress(self.show_progress), job.is_cancelled)
            job.post(self.show_rows, rows)
    """

    def decorate(
        method: Callable[Concatenate[Node, Job, Arguments], None],
    ) -> Callable[Concatenate[Node, Arguments], Worker[None]]:
        @wraps(method)
        def start(node: Node, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Worker[None]:
            return node.run_worker(
                partial(_run, method, node, args, kwargs),
                # Textual would describe the work by its arguments: a passphrase may be among them.
                name=method.__name__,
                description=method.__name__,
                group=group,
                exclusive=group != WRITING,
                exit_on_error=False,
                thread=True,
            )

        return start

    return decorate


def _run(method: Callable[..., None], node: DOMNode, args: Any, kwargs: Any) -> None:
    job = Job(node, get_current_worker())
    app = cast("DalilApp", node.app)
    try:
        with app.writing if job.is_writing else nullcontext():
            method(node, job, *args, **kwargs)
    except Cancelled:
        return
    except StoreError as fault:
        job.post(getattr(node, "work_failed", app.report), fault)
    except Exception as error:  # noqa: BLE001 - it ends the program, with type and place only
        app.call_later(app.crash, error)
