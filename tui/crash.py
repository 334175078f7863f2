"""A programming error, reported by type and place only.

Messages, local variables and source lines could hold a case's text, so none is ever shown.
"""

from __future__ import annotations

import os
import sys
import threading
from types import TracebackType

__all__ = ["describe", "install_hooks", "report"]

_ROOT = os.path.dirname(os.path.dirname(__file__))


def describe(error: BaseException) -> list[str]:
    """Give the lines that tell a developer what failed where, its causes after it.

    Example:
        >>> describe(ValueError("a name"))
        ['ValueError']
    """
    lines: list[str] = []
    seen: set[int] = set()
    fault: BaseException | None = error
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        lines.append(f"{'caused by ' if lines else ''}{type(fault).__name__}")
        lines += _places(fault.__traceback__)
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    return lines


def report(error: BaseException) -> str:
    """Give the whole text that is printed when the program ends by such an error."""
    head = "Dalil stopped by a fault of its own; the repository is as it was last saved."
    tail = "These lines hold nothing of a case. Please send them to the developers."
    return "\n".join([head, *(f"  {line}" for line in describe(error)), tail])


def install_hooks() -> None:
    """Report in the same way what no handler caught, in any thread or finalizer."""
    sys.excepthook = lambda _type, error, _trace: _print(error)
    threading.excepthook = lambda fault: _print(fault.exc_value)
    sys.unraisablehook = lambda fault: _print(fault.exc_value)


def _print(error: BaseException | None) -> None:
    stream = sys.__stderr__
    if error is not None and stream is not None:
        print(report(error), file=stream)


def _places(trace: TracebackType | None) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"  {_short(code.co_filename)}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    return places


def _short(path: str) -> str:
    """Cut off what only says where Dalil is installed."""
    _, found, rest = path.rpartition("site-packages/")
    return rest if found else os.path.relpath(path, _ROOT) if path.startswith(_ROOT) else path
