"""An ssh-agent in this process with a hardware key: it speaks the protocol and signs as one does.

The signature is Ed25519 over SHA256(application) || flags || counter || SHA256(message), as
OpenSSH's PROTOCOL.u2f has it; written apart from our own code.
"""

from __future__ import annotations

import base64
import hashlib
import socket
import struct
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

__all__ = ["HardwareAgent"]

_KIND = b"sk-ssh-ed25519@openssh.com"
_APPLICATION = b"ssh:"


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


class HardwareAgent:
    """Listens at `address` while it is entered; `touch_after` seconds pass before each signature.

    `flags` are what the device reports: 1 says that it was touched.
    """

    def __init__(self, folder: Path, *, touch_after: float = 0.0, flags: int = 1) -> None:
        self.address = str(folder / "hardware-agent")
        self.touch_after, self.flags = touch_after, flags
        self.signed = 0
        self._key = Ed25519PrivateKey.generate()
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._blob = _string(_KIND) + _string(raw) + _string(_APPLICATION)
        self._listener = socket.socket(socket.AF_UNIX)
        self._threads: list[threading.Thread] = []

    @property
    def public(self) -> str:
        return f"{_KIND.decode()} {base64.b64encode(self._blob).decode()}"

    def __enter__(self) -> Self:
        self._listener.bind(self.address)
        self._listener.listen()
        thread = threading.Thread(target=self._accept, daemon=True)
        thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while head := connection.recv(4, socket.MSG_WAITALL):
                request = connection.recv(struct.unpack(">I", head)[0], socket.MSG_WAITALL)
                try:
                    connection.sendall(_string(self._answer(request)))
                except OSError:
                    return

    def _answer(self, request: bytes) -> bytes:
        if request[0] == 11:
            return bytes([12]) + struct.pack(">I", 1) + _string(self._blob) + _string(b"a key")
        if request[0] == 13 and request[5 : 5 + len(self._blob)] == self._blob:
            start = 1 + 4 + len(self._blob) + 4
            size = struct.unpack(">I", request[start - 4 : start])[0]
            time.sleep(self.touch_after)
            return bytes([14]) + _string(self._sign(request[start : start + size]))
        return bytes([5])

    def _sign(self, message: bytes) -> bytes:
        self.signed += 1
        rest = bytes([self.flags]) + struct.pack(">I", self.signed)
        digest = hashlib.sha256(message).digest()
        signature = self._key.sign(hashlib.sha256(_APPLICATION).digest() + rest + digest)
        return _string(_KIND) + _string(signature) + rest
