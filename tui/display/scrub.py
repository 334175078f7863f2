"""Make text from a case safe to print: what acts on a terminal becomes a visible mark.

One code point becomes one mark of one cell, so that offsets stay and tampering shows:

    ␀ … ␟ ␡   the C0 control of that picture, and DEL
    ␛          a C1 control (the eight-bit form of an escape sequence)
    ␤          NEL and the line and paragraph separators U+2028, U+2029
    ⇄          a bidi control: embedding, override, isolate or mark
    ▯          a code point without a shape: zero-width space, soft hyphen, filler, tag, BOM …
    �          half of a surrogate pair, which no encoder takes

The joiners U+200C and U+200D and the variation selectors stay: Persian and emoji need them.
The command line imports this on its fast path, so nothing else is imported here.
"""

__all__ = ["scrub"]

MARKS = {
    **{chr(code): chr(0x2400 + code) for code in range(0x20)},
    **{chr(code): "␛" for code in range(0x80, 0xA0)},
    **dict.fromkeys("\x85\u2028\u2029", "␤"),
    **dict.fromkeys("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e", "⇄"),
    **dict.fromkeys("\u2066\u2067\u2068\u2069", "⇄"),
    "\x7f": "␡",
}
SHAPELESS, BROKEN = "▯", "\ufffd"
SHAPELESS_RANGES = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180E, 0x180E),  # Mongolian vowel separator
    (0x200B, 0x200B),  # zero-width space
    (0x2060, 0x206F),  # word joiner, invisible operators, deprecated format characters
    (0x3164, 0x3164),  # Hangul filler
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFA0, 0xFFA0),  # half-width Hangul filler
    (0xFFF0, 0xFFFB),  # unassigned ignorables, interlinear annotation
    (0x1BCA0, 0x1BCA3),  # shorthand format controls
    (0x1D173, 0x1D17A),  # musical format controls
    (0xE0000, 0xE00FF),  # tags, which can carry a whole hidden message
    (0xE01F0, 0xE0FFF),  # unassigned ignorables after the variation selectors
)
# str.isprintable() takes these for letters.
PRINTABLE_SHAPELESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")


def scrub(text: str, *, keep_lines: bool = False) -> str:
    r"""Replace what would act on a terminal by visible marks, one for one.

    Text without any comes back as the same object. `keep_lines` leaves `\n` and `\t`, for text
    that is printed as lines. The result has as many code points as `text`.

    Example:
        >>> scrub("a\x1b[2Jb\u202e")
        'a␛[2Jb⇄'
    """
    if text.isprintable() and (text.isascii() or PRINTABLE_SHAPELESS.isdisjoint(text)):
        return text
    for letter in set(text):
        if letter.isprintable() and letter not in PRINTABLE_SHAPELESS:
            continue
        if keep_lines and letter in "\n\t":
            continue
        text = text.replace(letter, _mark(letter))
    return text


def _mark(letter: str) -> str:
    """Give the mark for one code point, or the code point itself when it is harmless."""
    if letter in MARKS:
        return MARKS[letter]
    if "\ud800" <= letter <= "\udfff":
        return BROKEN
    code = ord(letter)
    hides = any(first <= code <= last for first, last in SHAPELESS_RANGES)
    return SHAPELESS if hides else letter
