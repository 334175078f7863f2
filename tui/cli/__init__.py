"""The `dalil` command: each subcommand a few lines over the store; Textual comes in last."""

from __future__ import annotations

import os
import sys

from store.errors import StoreError

__all__ = ["main"]

_INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code.

    0 done; 1 it could not be done; 2 wrong usage; 3 the history is not authentic; 4 no key.
    """
    from tui.cli.parser import parse

    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
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


def _report(error: StoreError) -> int:
    from tui.cli.output import complain

    complain(error)
    return error.exit_code


def run() -> None:
    """Be the console script."""
    sys.exit(main())
