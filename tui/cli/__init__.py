"""The `dalil` command: each subcommand a few lines over the store; Textual comes in last."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from store.errors import StoreError

if TYPE_CHECKING:
    from argparse import Namespace

__all__ = ["main"]

_INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code.

    0 done; 1 it could not be done; 2 wrong usage; 3 the history is not authentic; 4 no key.
    """
    from tui.cli.quick import parse_show

    try:
        said = sys.argv[1:] if arguments is None else arguments
        options = parse_show(said) or _parse(said)
        return int(options.run(options))
    except StoreError as error:
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
    from tui.cli.parser import parse

    return parse(arguments)


def _report(error: StoreError) -> int:
    from tui.cli.output import complain

    complain(error)
    return error.exit_code


def run() -> None:
    """Be the console script."""
    from tui.cli.quick import parse_show

    code = main()
    if parse_show(sys.argv[1:]) is not None:
        # Nothing is left to do; to take Python down in order costs a tenth of the whole command.
        if sys.stderr is not None:  # somebody may have closed it
            sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
