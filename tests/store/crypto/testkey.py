"""A small age plugin for tests: keys in its own texts, X25519 under another name.

Run as a program it speaks recipient-v1 and identity-v1 over standard input and output, as
https://c2sp.org/age-plugin has it. Written for these tests alone and without our own code, so that
a mistake there does not meet the same mistake here. Files beside the program change what it does:
`count` is written (a line for each time it unwraps), `mode` is read (see `MODES`).
"""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import NamedTuple

import pyrage.x25519

from store.crypto.bech32 import decode, encode

__all__ = ["Key", "install", "new_key"]

MODES = ("ask", "confirm", "silent", "hang", "die", "garbage", "error", "twice")

PROGRAM = r"""#!{python}
import base64, hashlib, os, sys, time
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HERE = {folder!r}
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

def mode():
    try:
        return open(os.path.join(HERE, "mode")).read().strip()
    except OSError:
        return ""

def note(name, text):
    with open(os.path.join(HERE, name), "a") as file:
        file.write(text + "\n")

def data_of(text):
    bits = "".join(format(LETTERS.index(c), "05b") for c in text.lower().rpartition("1")[2][:-6])
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits) - 7, 8))

def b64(data):
    return base64.b64encode(data).decode().rstrip("=")

def un64(text):
    return base64.b64decode(text + "=" * (-len(text) % 4))

def read():
    first = sys.stdin.readline()
    if not first:
        sys.exit(1)
    body = ""
    while True:
        line = sys.stdin.readline().rstrip("\n")
        body += line
        if len(line) < 64:
            return first[3:].rstrip("\n").split(" "), un64(body)

def write(words, body=b""):
    text = b64(body)
    lines = [text[i:i + 64] for i in range(0, len(text) + 1, 64)]
    sys.stdout.write("-> " + " ".join(words) + "\n" + "\n".join(lines) + "\n")
    sys.stdout.flush()

def say(words, body=b""):
    write(words, body)
    return read()

def phase():
    while True:
        words, body = read()
        if words == ["done"]:
            return
        yield words, body

def kdf(shared, share, public):
    return HKDF(SHA256(), 32, share + public, b"dalil-testkey").derive(shared)

def trouble():
    what = mode()
    if what == "hang":
        time.sleep(600)
    if what == "silent":
        time.sleep(1.5)
    if what == "die":
        sys.exit(3)
    if what == "garbage":
        sys.stdout.write("\x1b[2Jhello\n\n")
        sys.stdout.flush()
        time.sleep(600)
    if what == "error":
        say(["error", "internal"], b"the key is \x1b[31mnot plugged in")
        write(["done"])
        sys.exit(0)
    if what == "ask":
        words, body = say(["request-secret"], b"PIN of the test key")
        if words[0] != "ok" or body != b"1234":
            say(["error", "internal"], b"wrong PIN")
            write(["done"])
            sys.exit(0)
    if what == "confirm":
        words, body = say(["confirm", b64(b"Plugged in"), b64(b"Skip")], b"Plug in the test key")
        if words != ["ok", "yes"]:
            say(["error", "internal"], b"skipped")
            write(["done"])
            sys.exit(0)
    words, _ = say(["grease-" + os.urandom(3).hex(), "x"], b"y")
    assert words == ["unsupported"], words

def wrap():
    recipients, keys = [], []
    for words, body in phase():
        if words[0] == "add-recipient":
            recipients.append(words[1])
        if words[0] == "wrap-file-key":
            keys.append(body)
    trouble()
    note("wraps", str(len(keys)))
    for index, file_key in enumerate(keys):
        for recipient in recipients * (2 if mode() == "twice" else 1):
            public = data_of(recipient)
            ephemeral = X25519PrivateKey.generate()
            share = ephemeral.public_key().public_bytes_raw()
            key = kdf(ephemeral.exchange(X25519PublicKey.from_public_bytes(public)), share, public)
            sealed = ChaCha20Poly1305(key).encrypt(bytes(12), file_key, None)
            say(["recipient-stanza", str(index), "testkey", b64(share)], sealed)
    write(["done"])

def unwrap():
    secrets, stanzas = [], []
    for words, body in phase():
        if words[0] == "add-identity":
            secrets.append(X25519PrivateKey.from_private_bytes(data_of(words[1])))
        if words[0] == "recipient-stanza" and words[2] == "testkey":
            stanzas.append((words[1], un64(words[3]), body))
    trouble()
    say(["msg"], b"touch the test key")
    note("count", str(len(stanzas)))
    for index, share, body in stanzas:
        for secret in secrets:
            public = secret.public_key().public_bytes_raw()
            key = kdf(secret.exchange(X25519PublicKey.from_public_bytes(share)), share, public)
            try:
                file_key = ChaCha20Poly1305(key).decrypt(bytes(12), body, None)
            except Exception:
                continue
            say(["file-key", index], file_key)
    write(["done"])

environment = {{key for key in os.environ if key.startswith(("DALIL", "SSH_", "AGE"))}}
note("environment", repr(sorted(environment)))
{{"--age-plugin=recipient-v1": wrap, "--age-plugin=identity-v1": unwrap}}[sys.argv[1]]()
"""


class Key(NamedTuple):
    """What such a plugin would print for a new key."""

    recipient: str
    identity: str

    def file(self) -> bytes:
        """The identity file that it would write."""
        return f"#    Recipient: {self.recipient}\n{self.identity}\n".encode()


def install(folder: Path, name: str = "testkey") -> Path:
    """Write the program into a folder that only its owner can change."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    path = folder / f"age-plugin-{name}"
    path.write_text(PROGRAM.format(python=sys.executable, folder=str(folder)))
    path.chmod(stat.S_IRWXU)
    return path


def new_key(name: str = "testkey") -> Key:
    """Make a key pair of the plugin."""
    made = pyrage.x25519.Identity.generate()
    secret, public = decode(str(made))[1], decode(str(made.to_public()))[1]
    return Key(encode(f"age1{name}", public), encode(f"age-plugin-{name}-", secret).upper())
