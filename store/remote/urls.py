"""Which addresses of a remote are used: https, ssh, and folders; nothing that names a program.

Git knows far more: `ext::` runs a command, `git://` and `http://` can be read and altered on the
way, a name that begins with `-` becomes an option of git or of ssh (CVE-2017-1000117).
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple
from urllib.parse import unquote

from store.errors import BadFormat

__all__ = ["Url", "check"]

_LIMIT = 2000
_SHOWN = 120
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])"
_USER = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,63})"
_HTTPS = re.compile(rf"https://(?:{_USER}@)?{_HOST}(?::[0-9]{{1,5}})?(?:/.*)?", re.IGNORECASE)
_SSH = re.compile(rf"ssh://(?:{_USER}@)?{_HOST}(?::[0-9]{{1,5}})?/[^-].*", re.IGNORECASE)
_SCP = re.compile(rf"(?:{_USER}@)?{_HOST}:(?!-)[^:].*")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?://|:)")
# Forges take a token as the name of a user, too.
_PASSWORD = re.compile(
    r"[a-z]+://(?:[^/@]*:[^/@]*|gh[a-z]_[^/@]*|github_pat_[^/@]*|glpat-[^/@]*|[^/@]{33,})@",
    re.IGNORECASE,
)


class Url(NamedTuple):
    """An address that may be used: as git gets it, and the one protocol that git may use for it."""

    text: str
    protocol: str


def check(text: str) -> Url:
    """Check the address of a remote; a folder is given back as an absolute path.

    Raises:
        BadFormat: it is none that is used here.
    """
    if not text or len(text) > _LIMIT or not text.isprintable():
        raise _bad(text)
    if _PASSWORD.match(text):
        raise BadFormat(
            "a password in an address would be seen in the list of processes",
            hint="use ssh with a key: ssh://host/path or host:path",
        )
    scheme = _SCHEME.match(text)
    if scheme is None:
        if ":" not in text.split("/", 1)[0] or os.path.exists(text):
            return Url(os.path.abspath(text), "file")
        if not _SCP.fullmatch(text):
            raise _bad(text)
        return Url(text, "ssh")
    kind = scheme[1].lower()
    if kind == "file":
        return _folder(text)
    pattern = {"https": _HTTPS, "ssh": _SSH}.get(kind)
    if pattern is None or not pattern.fullmatch(text):
        raise _bad(text)
    return Url(f"{kind}{text[len(kind) :]}", kind)


def _folder(text: str) -> Url:
    path = unquote(text[len("file://") :])
    if not path.startswith("/") or not path.isprintable():
        raise _bad(text)  # file://host/path names another computer, which git would ignore
    return Url(os.path.abspath(path), "file")


def _bad(text: str) -> BadFormat:
    return BadFormat(
        "{url} is no address of a remote that is used here",
        hint="use https://host/path, ssh://user@host/path, user@host:path, or a folder",
        url=ascii(text)[1:-1][:_SHOWN],
    )
