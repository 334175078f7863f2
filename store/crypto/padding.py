"""Hide how long a text is: trailing newlines up to the next Padmé size.

Padmé: Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with
PURBs", section 4. A size tells O(log log n) bits, and a text grows by at most 12 %.
"""

from __future__ import annotations

__all__ = ["MINIMUM", "pad", "padded_length", "unpad"]

MINIMUM = 4096


def padded_length(length: int) -> int:
    """Give the size, in bytes, to which a text of `length` bytes is padded."""
    if length <= MINIMUM:
        return MINIMUM
    exponent = length.bit_length() - 1
    kept = exponent.bit_length()
    mask = (1 << (exponent - kept)) - 1
    return (length + mask) & ~mask


def pad(text: bytes) -> bytes:
    """End `text` by newlines up to its padded size.

    How many newlines it ended with is not kept: a text must not depend on it (YAML's `|+` would).
    """
    line = unpad(text)
    return line.ljust(padded_length(len(line)), b"\n")


def unpad(padded: bytes) -> bytes:
    """Give back the text, which ends with exactly one newline."""
    return padded.rstrip(b"\n") + b"\n"
