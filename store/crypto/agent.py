"""Make SSH signatures through ssh-agent, also one that is forwarded over SSH.

Protocol: draft-ietf-sshm-ssh-agent, sections 3.5 (list keys) and 3.6 (sign).
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from store.crypto.sshkey import PublicKey, from_blob, from_text, was_touched
from store.crypto.talk import SILENCE, Talk
from store.crypto.wire import split, string
from store.errors import BadFormat, NotFound, StoreError, Unsupported

__all__ = ["AgentKey", "AgentSigner", "agent_keys"]

_FAILURE = 5
_LIST, _LISTED = 11, 12
_SIGN, _SIGNED = 13, 14
_RSA_SHA2_512 = 4
_COUNT_BYTES = 4
_LONGEST_ANSWER = 256 * 1024  # OpenSSH's own limit
_ANSWER_SECONDS = 5.0
_TOUCH_SECONDS = 60.0  # a person may have to touch a key or confirm on another screen


class AgentKey(NamedTuple):
    """A key that the agent holds: its OpenSSH public line, and the agent's comment on it."""

    public: str
    comment: str


class AgentSigner:
    """Sign with a key that ssh-agent holds; the private key never comes here.

    `address` is the agent's socket, as in SSH_AUTH_SOCK, which is used when it is not given. `talk`
    tells a person to touch the key, if it is one in hardware.

    Raises:
        BadFormat: `public` is not an OpenSSH public key line that is used here.
    """

    __slots__ = ("_address", "_key", "_patience", "_talk", "public")

    def __init__(
        self,
        public: str,
        *,
        address: str | None = None,
        patience: float = _TOUCH_SECONDS,
        talk: Talk = SILENCE,
    ) -> None:
        self._key: PublicKey = from_text(public)
        self._address = address
        self._patience = patience
        self._talk = talk
        self.public: str = self._key.text

    def sign_blob(self, data: bytes) -> bytes:
        """Sign `data`; give the signature in SSH wire format.

        Raises:
            NotFound: there is no agent, or it does not hold this key.
            StoreError: it refuses, does not answer in time, or answers nonsense.
        """
        flags = _RSA_SHA2_512 if self._key.kind == "ssh-rsa" else 0
        request = string(self._key.blob) + string(data) + flags.to_bytes(4, "big")
        with _connected(self._address, self._patience) as agent:
            if self._key.is_hardware:
                self._talk.touch()
            kind, body = _ask(agent, _SIGN, request)
            if kind == _SIGNED:
                return self._checked(_fields(body, 1)[0])
            is_held = self.public in [key.public for key in _list(agent)]
        if is_held:
            raise StoreError(
                "ssh-agent refused to sign",
                hint="confirm or touch the key when asked; ssh-add -X unlocks a locked agent",
            )
        raise NotFound(
            "ssh-agent does not hold your signing key",
            hint="add it with ssh-add, or connect with agent forwarding (ssh -A)",
        )

    def _checked(self, signature: bytes) -> bytes:
        """Refuse what nobody would accept: a hardware key that signed without a touch."""
        if self._key.is_hardware and not was_touched(signature):
            raise StoreError(
                "your hardware key signed without a touch, and such a signature does not count",
                hint="make a key that wants one: ssh-keygen -t ed25519-sk",
            )
        return signature

    def __repr__(self) -> str:
        return f"AgentSigner(public={self.public!r})"


def agent_keys(address: str | None = None) -> list[AgentKey]:
    """List the keys in ssh-agent that can sign here; other kinds are left out.

    Raises:
        NotFound: there is no agent.
        StoreError: it does not answer in time, or answers nonsense.
    """
    with _connected(address, _ANSWER_SECONDS) as agent:
        return _list(agent)


def _list(agent: socket.socket) -> list[AgentKey]:
    kind, body = _ask(agent, _LIST, b"")
    if kind != _LISTED:
        raise StoreError("ssh-agent does not list its keys", hint="ssh-add -X unlocks a locked one")
    if len(body) < _COUNT_BYTES:
        raise _nonsense()
    pairs = _fields(body[_COUNT_BYTES:], 2 * int.from_bytes(body[:_COUNT_BYTES], "big"))
    keys = []
    for blob, comment in zip(pairs[::2], pairs[1::2], strict=True):
        try:
            keys.append(AgentKey(from_blob(blob).text, comment.decode("utf-8", "replace")))
        except BadFormat:
            continue  # a kind that cannot sign here, as ECDSA
    return keys


@contextmanager
def _connected(address: str | None, patience: float) -> Iterator[socket.socket]:
    """Hold a connection; any failure of the socket while it is held becomes one clear error."""
    path = address or os.environ.get("SSH_AUTH_SOCK")
    if not path:
        raise NotFound(
            "there is no ssh-agent: SSH_AUTH_SOCK is not set",
            hint='eval "$(ssh-agent)" and ssh-add, or connect with agent forwarding (ssh -A)',
        )
    with socket.socket(socket.AF_UNIX) as agent:
        agent.settimeout(patience)
        try:
            agent.connect(path)
            yield agent
        except TimeoutError as error:
            raise StoreError(
                "ssh-agent did not answer within {seconds} seconds",
                hint="was it waiting for a touch or a confirmation? try again",
                seconds=round(patience),
            ) from error
        except OSError as error:
            raise NotFound(
                "ssh-agent cannot be reached at {address}: {reason}",
                hint="start it again, or reconnect with agent forwarding (ssh -A)",
                address=path,
                reason=error.strerror or type(error).__name__,
            ) from error


def _ask(agent: socket.socket, kind: int, body: bytes) -> tuple[int, bytes]:
    agent.sendall(string(bytes([kind]) + body))
    size = int.from_bytes(_receive(agent, 4), "big")
    if not 0 < size <= _LONGEST_ANSWER:
        raise _nonsense()
    answer = _receive(agent, size)
    if answer[0] not in (_FAILURE, _LISTED, _SIGNED):
        raise _nonsense()
    return answer[0], answer[1:]


def _receive(agent: socket.socket, size: int) -> bytes:
    received = bytearray()
    end = time.monotonic() + (agent.gettimeout() or 0)
    while len(received) < size:
        if time.monotonic() > end:  # it sends, but never comes to an end
            raise TimeoutError
        piece = agent.recv(size - len(received))
        if not piece:
            raise ConnectionResetError(0, "it closed the connection")
        received += piece
    return bytes(received)


def _fields(body: bytes, count: int) -> list[bytes]:
    # Each string takes 4 bytes at least: a false count must not make us work.
    if 4 * count > len(body):
        raise _nonsense()
    try:
        return split(body, count)
    except BadFormat as error:
        raise _nonsense() from error


def _nonsense() -> Unsupported:
    return Unsupported(
        "what answers at SSH_AUTH_SOCK does not speak the ssh-agent protocol",
        hint="check that SSH_AUTH_SOCK names an ssh-agent",
    )
