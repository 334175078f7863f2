"""Speak with an age plugin, which is a program of its own: wrap a file key, or unwrap one.

The plugin gets no terminal, no open file and few variables of the environment; what it wants from
a person goes through `Talk`. Protocol: https://c2sp.org/age-plugin, recipient-v1 and identity-v1.
"""

from __future__ import annotations

import os
import re
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

from store.crypto.agefile import FILE_KEY_SIZE, Stanza, decode
from store.crypto.plugins import Plugins, program
from store.crypto.talk import Talk
from store.errors import BadFormat, Sealed, StoreError, Unsupported

__all__ = ["unwrap", "wrap"]

PATIENCE = 60.0
"""Seconds of silence after which a plugin is given up: a person may have to look for the key."""

_GRACE = 1.0
_UNTIL_TOUCH = 1.0  # a plugin that says nothing for so long waits for a person
_LONGEST_REQUEST = 48 * 1024  # less than a pipe holds: writing it never waits for the reader
_LONGEST_LINE = 16 * 1024
_MOST_COMMANDS = 200
_COLUMNS = 64
_LONGEST_WORDS = 200
_COMMAND = re.compile(rb"->(?: [!-~]+)+")  # what else came into a file, nobody could read again
_PASSED_ON = ("HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "TZ", "XDG_RUNTIME_DIR")
_SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
_OK, _FAIL, _UNSUPPORTED = (Stanza((word,), b"") for word in ("ok", "fail", "unsupported"))
_DONE = Stanza(("done",), b"")

_Take = Callable[[Stanza], None]


def wrap(name: str, recipient: str, file_key: bytes, plugins: Plugins) -> Stanza:
    """Have a plugin wrap a file key to one of its recipients; give the stanza for the header.

    Raises:
        Refused, NotFound: the plugin may not run, or is not there.
        StoreError: it gives up, does not answer in time, or answers nonsense.
    """
    found: list[Stanza] = []

    def take(command: Stanza) -> None:
        if command.arguments[:2] == ("recipient-stanza", "0") and len(command.arguments) > 2:  # noqa: PLR2004 - its type follows
            found.append(Stanza(command.arguments[2:], command.body))

    request = [Stanza(("add-recipient", recipient), b""), Stanza(("wrap-file-key",), file_key)]
    _converse(name, "recipient-v1", request, plugins, {"recipient-stanza": take})
    if len(found) != 1:
        raise _nonsense(name)
    return found[0]


def unwrap(name: str, identity: str, stanzas: Iterable[Stanza], plugins: Plugins) -> bytes:
    """Have a plugin unwrap the file key of one file.

    Raises:
        Sealed: none of the stanzas is for this identity.
        StoreError: as for `wrap`.
    """
    found: list[bytes] = []

    def take(command: Stanza) -> None:
        if command.arguments == ("file-key", "0"):
            found.append(command.body)

    request = [Stanza(("add-identity", identity), b"")]
    request += [Stanza(("recipient-stanza", "0", *s.arguments), s.body) for s in stanzas]
    _converse(name, "identity-v1", request, plugins, {"file-key": take})
    if not found:
        raise Sealed(
            "none of your keys opens it",
            hint="ask an admin whether you belong to its compartment",
        )
    if len(found[0]) != FILE_KEY_SIZE:
        raise _nonsense(name)
    return found[0]


def _converse(
    name: str, machine: str, request: list[Stanza], plugins: Plugins, results: dict[str, _Take]
) -> None:
    """Send the request, then answer what the plugin says until it is done."""
    path = program(name, plugins)
    data = b"".join(stanza.dump() for stanza in (*request, _DONE))
    if len(data) > _LONGEST_REQUEST:
        raise BadFormat("the header of an encrypted key is too long for a plugin")
    faults: list[str] = []
    with _running(name, path, machine) as process:
        line = _Line(name, process, plugins.talk)
        line.send(data)
        for _ in range(_MOST_COMMANDS):
            command = line.receive()
            if command.arguments == ("done",):
                break
            if command.arguments[0] == "error":
                faults.append(_words(command.body))
            line.send(_answer(command, plugins.talk, results).dump())
        else:
            raise _nonsense(name)
    if faults:
        raise StoreError("age-plugin-{name} says: {words}", name=name, words=faults[0])


def _answer(command: Stanza, talk: Talk, results: dict[str, _Take]) -> Stanza:
    kind, *rest = command.arguments
    text = _words(command.body)
    if kind in results:
        results[kind](command)
    elif kind == "msg":
        talk.tell(text)
    elif kind in ("request-secret", "request-public"):
        answer = talk.ask(text, is_secret=kind == "request-secret")
        return _FAIL if answer is None else Stanza(("ok",), answer.encode())
    elif kind == "confirm":
        labels = [_words(decode(label.encode())) for label in rest[:2]]
        choice = talk.choose(text, *labels, *[""] * (2 - len(labels)))
        return _FAIL if choice is None else Stanza(("ok", "yes" if choice else "no"), b"")
    elif kind != "error":
        return _UNSUPPORTED
    return _OK


class _Line:
    """The pipes to and from a plugin."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], talk: Talk) -> None:
        assert process.stdin is not None  # noqa: S101 - it was asked for
        assert process.stdout is not None  # noqa: S101 - the same
        self._name, self._talk = name, talk
        self._in, self._out = process.stdin, process.stdout
        self._buffer = b""

    def send(self, data: bytes) -> None:
        try:
            self._in.write(data)
            self._in.flush()
        except OSError as error:
            raise _ended(self._name) from error

    def receive(self) -> Stanza:
        """Read one stanza, waiting for a person if need be."""
        first = self._read_line()
        if not _COMMAND.fullmatch(first):
            raise _nonsense(self._name)
        body = b""
        while True:
            line = self._read_line()
            body += line
            if len(line) < _COLUMNS:
                break
            if len(line) > _COLUMNS or len(body) > _LONGEST_LINE:
                raise _nonsense(self._name)
        try:
            return Stanza(tuple(first.decode("ascii").split(" ")[1:]), decode(body))
        except BadFormat as error:
            raise _nonsense(self._name) from error

    def _read_line(self) -> bytes:
        start, has_said = time.monotonic(), False
        with selectors.DefaultSelector() as selector:
            selector.register(self._out, selectors.EVENT_READ)
            while b"\n" not in self._buffer:
                waited = time.monotonic() - start
                if waited > PATIENCE:
                    raise StoreError(
                        "age-plugin-{name} did not answer within {seconds} seconds",
                        hint="is the key plugged in, and did it wait for a touch? try again",
                        name=self._name,
                        seconds=round(PATIENCE),
                    )
                if waited > _UNTIL_TOUCH and not has_said:
                    has_said = True
                    self._talk.touch()
                until = PATIENCE if has_said else min(_UNTIL_TOUCH, PATIENCE)
                if selector.select(max(0.0, until - waited) + 0.01):
                    self._take_more()
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _take_more(self) -> None:
        piece = os.read(self._out.fileno(), _LONGEST_LINE)
        if not piece:
            raise _ended(self._name)
        self._buffer += piece
        if len(self._buffer) > 4 * _LONGEST_LINE:
            raise _nonsense(self._name)


@contextmanager
def _running(name: str, path: str, machine: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the program, and leave nothing of it behind."""
    environment = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
    try:
        process = subprocess.Popen(
            [path, f"--age-plugin={machine}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it would write over the screen
            cwd="/",
            env={"PATH": _SYSTEM_PATH, **environment},
            start_new_session=True,  # nor may it read the terminal
        )
    except OSError as error:
        raise StoreError(
            "age-plugin-{name} cannot be started: {reason}",
            name=name,
            reason=error.strerror or type(error).__name__,
        ) from error
    try:
        yield process
    finally:
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()
        _await_end(process.pid)
        # It is not reaped yet, so the number is still its own, and that of what it started.
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _await_end(pid: int) -> None:
    """Give a plugin a moment to let go of its device."""
    end = time.monotonic() + _GRACE
    while time.monotonic() < end:
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return
        time.sleep(0.005)


def _words(body: bytes) -> str:
    """Give a text of the plugin as one line of bounded length."""
    return " ".join(body.decode("utf-8", "replace").split())[:_LONGEST_WORDS]


def _ended(name: str) -> StoreError:
    return StoreError(
        "age-plugin-{name} ended before it was done",
        hint="run it in a terminal of its own to see why: age -d -i age_identity keys/main/1.age",
        name=name,
    )


def _nonsense(name: str) -> Unsupported:
    return Unsupported(
        "age-plugin-{name} does not speak the age plugin protocol as it should",
        hint="is it a version that age 1.1 or newer works with?",
        name=name,
    )
