"""The `dalil` command: each subcommand a few lines over the store; Textual comes in last."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from store.errors import Refused, StoreError

if TYPE_CHECKING:
    from argparse import Namespace

__all__ = ["main"]

_INTERRUPTED = 130
_LAST_STREAM = 2


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code.

    0 done; 1 it could not be done; 2 wrong usage; 3 the history is not authentic; 4 no key.
    """
    try:
        options = _parse(sys.argv[1:] if arguments is None else arguments)
        return int(options.run(options))
    except (StoreError, EOFError) as error:
        return _report(error)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has had enough; what Python would still flush has no reader.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        from tui.cli.output import note

        note(f"error: the system says: {error.strerror or type(error).__name__}")
        return 1
    except Exception as error:  # noqa: BLE001 - its message and locals could hold a case's text
        from tui.crash import report

        print(report(error), file=sys.stderr)  # noqa: T201 - the last thing this process says
        return 1


def _parse(arguments: list[str]) -> Namespace:
    from tui.cli.quick import parse_show

    options = parse_show(arguments)
    if options is None:
        from tui.cli.parser import parse

        options = parse(arguments)
    # To destroy keys matters more than to tell of it.
    if sys.stdout is None and getattr(options, "command", "show") != "panic":
        raise Refused(
            "the standard output is closed, so nothing was done",
            hint="let it go to a file: > FILE, or > /dev/null",
        )
    return options


def _report(error: StoreError | EOFError) -> int:
    from tui.cli.output import complain

    if isinstance(error, EOFError):  # Ctrl+D at a question
        error = Refused("there was no answer, so nothing was changed")
    complain(error)
    return error.exit_code


def _fill_streams() -> None:
    """Give streams that somebody closed the null device, before a file of ours gets their number.

    `sys.stdout` stays None, so that `main` refuses to answer into nowhere.
    """
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    while (number := os.open(os.devnull, os.O_RDWR)) <= _LAST_STREAM:
        os.set_inheritable(number, True)  # noqa: FBT003 - its only parameter
    os.close(number)
    sys.stdin = sys.stdin or open(0, encoding="utf-8")  # noqa: SIM115 - as long as the process
    sys.stderr = sys.stderr or open(_LAST_STREAM, "w", encoding="utf-8")  # noqa: SIM115


def run() -> None:
    """Be the console script."""
    from tui.cli.quick import parse_show

    _fill_streams()
    code = main()
    if parse_show(sys.argv[1:]) is not None:
        # Nothing is left to do; to take Python down in order costs a tenth of the whole command.
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
